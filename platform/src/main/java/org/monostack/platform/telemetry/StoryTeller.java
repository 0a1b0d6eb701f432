package org.monostack.platform.telemetry;

import java.util.List;
import java.util.Optional;
import org.monostack.platform.database.Transaction;

/** Says what one of a service's own resources is now; each service has one. */
public interface StoryTeller {

    /** Empty if the service knows nothing of that id. */
    Optional<Subject> tell(Transaction tx, String id);

    /**
     * A resource in a sentence.
     *
     * @param type such as server or port
     * @param now what it is and how it stands, in plain words
     * @param part ids of what its story cannot be told without, such as the server of a port
     */
    record Subject(String type, String id, String now, List<String> part) {}
}
