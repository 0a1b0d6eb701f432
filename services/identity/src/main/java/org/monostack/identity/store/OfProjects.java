package org.monostack.identity.store;

import java.util.Collection;
import org.monostack.platform.database.Transaction;

/** Holds things that end with the project or domain that they are of. */
@FunctionalInterface
public interface OfProjects {

    void deleteInProjects(Transaction tx, Collection<String> projectIds);
}
