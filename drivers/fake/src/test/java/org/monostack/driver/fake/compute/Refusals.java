package org.monostack.driver.fake.compute;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.monostack.compute.spi.Hypervisor;
import org.monostack.compute.spi.HypervisorException;

/** A hypervisor that refuses for good the calls that a test names; others go through. */
final class Refusals {
    private final Set<String> refused = ConcurrentHashMap.newKeySet();

    void refuse(String call) {
        refused.add(call);
    }

    void relent() {
        refused.clear();
    }

    Hypervisor before(Hypervisor hypervisor) {
        return (Hypervisor)
                Proxy.newProxyInstance(
                        Hypervisor.class.getClassLoader(),
                        new Class<?>[] {Hypervisor.class},
                        (proxy, method, arguments) -> {
                            if (refused.contains(method.getName())) {
                                throw new HypervisorException("Refused by the test.", false);
                            }
                            return call(hypervisor, method, arguments);
                        });
    }

    private static @Nullable Object call(
            Hypervisor hypervisor,
            java.lang.reflect.Method method,
            @Nullable Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(hypervisor, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}
