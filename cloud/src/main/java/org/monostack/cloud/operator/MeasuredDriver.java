package org.monostack.cloud.operator;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import org.monostack.platform.telemetry.Metrics;

/** Times every call of a driver, by its method and outcome. */
public final class MeasuredDriver {
    private final Metrics.Timer timer;

    public MeasuredDriver(Metrics metrics) {
        timer =
                metrics.timer(
                        "monostack_driver_seconds",
                        "Calls of drivers; machines and synchronise are the reconcilers' looks.",
                        "driver",
                        "call",
                        "outcome");
    }

    /** The same driver, watched. */
    public <T> T watch(String name, Class<T> type, T driver) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> call(name, driver, method, arguments)));
    }

    @SuppressWarnings("NullAway") // What a method without arguments gets is null, by its contract.
    private Object call(String name, Object driver, Method method, Object[] arguments)
            throws Throwable {
        long start = System.nanoTime();
        String outcome = "ok";
        try {
            return method.invoke(driver, arguments);
        } catch (InvocationTargetException e) {
            outcome = "failed";
            throw e.getCause() == null ? e : e.getCause();
        } finally {
            timer.record(
                    Duration.ofNanos(System.nanoTime() - start), name, method.getName(), outcome);
        }
    }
}
