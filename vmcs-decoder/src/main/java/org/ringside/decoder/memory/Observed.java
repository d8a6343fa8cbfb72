package org.ringside.decoder.memory;

import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;

/**
 * What was observed of something that may not have been captured. Absence is a value of its own type, never a zero.
 *
 * @param <T> what a complete observation yields
 */
public sealed interface Observed<T> {

    /** The value, as captured. */
    record Known<T>(T value) implements Observed<T> {}

    /**
     * The evidence does not hold it: nobody recorded these bytes.
     *
     * @param address first address that is missing, in the space that was asked
     * @param length bytes missing from there on, at least 1
     */
    record NotCaptured<T>(long address, long length) implements Observed<T> {
        @Override
        public String reason() {
            return "not captured: 0x%x, %d bytes".formatted(address, length);
        }
    }

    /**
     * The evidence claims to hold it, but it could not be read (input or output failed, or the stored hash does not match).
     *
     * @param why what failed and what to do, for a person
     */
    record Unreadable<T>(String why) implements Observed<T> {
        @Override
        public String reason() {
            return why;
        }
    }

    /**
     * The bytes were read but break the rules of what they should be.
     *
     * @param why which rule, where
     */
    record Malformed<T>(String why) implements Observed<T> {
        @Override
        public String reason() {
            return why;
        }
    }

    /**
     * There is nothing to observe: the machine's state makes the question meaningless.
     *
     * @param why which state
     */
    record NotApplicable<T>(String why) implements Observed<T> {
        @Override
        public String reason() {
            return why;
        }
    }

    static <T> Observed<T> known(T value) {
        return new Known<>(value);
    }

    /** Why there is no value, for a person; "known" where there is one. */
    default String reason() {
        return "known";
    }

    default boolean isKnown() {
        return this instanceof Known;
    }

    default Optional<T> toOptional() {
        return this instanceof Known<T>(T value) ? Optional.of(value) : Optional.empty();
    }

    /**
     * The value, where the caller has already established that there is one.
     *
     * @throws NoSuchElementException with {@link #reason()} if there is none
     */
    default T orElseThrow() {
        if (this instanceof Known<T>(T value)) {
            return value;
        }
        throw new NoSuchElementException(reason());
    }

    default T orElse(T other) {
        return this instanceof Known<T>(T value) ? value : other;
    }

    default <R> Observed<R> map(Function<? super T, ? extends R> function) {
        return flatMap(value -> new Known<>(function.apply(value)));
    }

    default <R> Observed<R> flatMap(Function<? super T, ? extends Observed<R>> function) {
        return switch (this) {
            case Known<T>(T value) -> function.apply(value);
            case NotCaptured<T>(long address, long length) -> new NotCaptured<>(address, length);
            case Unreadable<T>(String why) -> new Unreadable<>(why);
            case Malformed<T>(String why) -> new Malformed<>(why);
            case NotApplicable<T>(String why) -> new NotApplicable<>(why);
        };
    }
}
