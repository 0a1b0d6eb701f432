package org.monostack.platform.http;

/**
 * Told of every request once its answer is known, on the request's own thread and before the answer
 * is sent: must be quick, must not block and must not throw.
 */
@FunctionalInterface
public interface RequestObserver {
    void answered(AnsweredRequest request);

    /** Both, in this order. */
    default RequestObserver and(RequestObserver other) {
        return request -> {
            answered(request);
            other.answered(request);
        };
    }
}
