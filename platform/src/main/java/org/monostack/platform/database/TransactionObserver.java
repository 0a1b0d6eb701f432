package org.monostack.platform.database;

/**
 * Sees where transactions begin and end; called on the thread that runs them. A simulation stops,
 * fails or kills there. Throwing before the begin means that nothing was done; throwing after the
 * commit, that the caller does not learn that it was.
 */
public interface TransactionObserver {
    /** Nobody looks. */
    TransactionObserver NONE =
            new TransactionObserver() {
                @Override
                public void beforeBegin() {}

                @Override
                public void afterCommit() {}
            };

    void beforeBegin();

    void afterCommit();
}
