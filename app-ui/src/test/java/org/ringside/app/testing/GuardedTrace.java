package org.ringside.app.testing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.Set;
import javafx.application.Platform;
import org.ringside.trace.Trace;

/** A trace that refuses to be used on the UI thread: the window must never wait for a disk. */
final class GuardedTrace {
    /** What answers from memory. */
    private static final Set<String> ALLOWED = Set.of("path", "equals", "hashCode", "toString");

    private GuardedTrace() {}

    @SuppressWarnings("ReferenceEquality") // a proxy equals only itself
    static Trace guard(Trace trace) {
        return (Trace) Proxy.newProxyInstance(
                GuardedTrace.class.getClassLoader(), new Class<?>[] {Trace.class}, (proxy, method, arguments) -> {
                    if (Platform.isFxApplicationThread() && !ALLOWED.contains(method.getName())) {
                        throw new AssertionError("Trace." + method.getName() + " was called on the UI thread");
                    }
                    if (method.getName().equals("equals")) {
                        return proxy == arguments[0];
                    }
                    try {
                        return method.invoke(trace, arguments);
                    } catch (InvocationTargetException failure) {
                        throw Objects.requireNonNullElse(failure.getCause(), failure);
                    }
                });
    }
}
