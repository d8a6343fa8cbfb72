package org.ringside.app.timeline;

import org.ringside.trace.TraceTime;

/**
 * The part of the time line that is on the screen. Keeps whole nanoseconds at any zoom: only distances from {@code start} are scaled.
 *
 * @param start the moment at x = 0, nanoseconds since 1970-01-01T00:00:00Z
 * @param nanosecondsPerPixel scale, {@link #FINEST} to {@link #COARSEST}
 */
public record TimeViewport(long start, double nanosecondsPerPixel) {
    /** Twenty pixels to a nanosecond. */
    public static final double FINEST = 0.05;

    /** A thousand pixels hold 292 years, all that a trace can tell apart. */
    public static final double COARSEST = 0x1p63 / 1000;

    /** @throws IllegalArgumentException if the scale is not a number */
    public TimeViewport {
        if (Double.isNaN(nanosecondsPerPixel)) {
            throw new IllegalArgumentException("the scale of a time line is a number");
        }
        nanosecondsPerPixel = Math.clamp(nanosecondsPerPixel, FINEST, COARSEST);
    }

    /**
     * Shows a range with a margin on both sides; a range shorter than the finest scale is shown in the middle.
     *
     * @param width pixels, at least 1
     */
    public static TimeViewport showing(long from, long until, double width) {
        double length = Math.max((double) until - (double) from, 1);
        double margin = Math.min(24, width / 8);
        double scale = Math.clamp(length / Math.max(1, width - 2 * margin), FINEST, COARSEST);
        double left = Math.max(margin, (width - length / scale) / 2);
        return new TimeViewport(minusClamped(from, Math.round(left * scale)), scale);
    }

    /** Where a moment is, in pixels from the left; may be far outside the screen. */
    public double x(long time) {
        long distance = time - start;
        boolean overflow = ((time ^ start) & (time ^ distance)) < 0;
        return (overflow ? (double) time - (double) start : distance) / nanosecondsPerPixel;
    }

    /** The moment at a pixel, the ends of time at the ends. */
    public long time(double x) {
        return plusClamped(start, Math.round(x * nanosecondsPerPixel));
    }

    public TraceTime traceTime(double x) {
        return new TraceTime(time(x));
    }

    /**
     * Scales so that the moment under a pixel stays there.
     *
     * @param factor above 1 shows more detail, below 1 shows more time
     */
    public TimeViewport zoomedAt(double x, double factor) {
        double scale = Math.clamp(nanosecondsPerPixel / factor, FINEST, COARSEST);
        return new TimeViewport(minusClamped(time(x), Math.round(x * scale)), scale);
    }

    /** Moves the picture to the left by some pixels, that is towards later moments. */
    public TimeViewport panned(double pixels) {
        return new TimeViewport(time(pixels), nanosecondsPerPixel);
    }

    /** Moves only as far as needed to have a moment between two pixels. */
    public TimeViewport revealing(long time, double left, double right) {
        double x = x(time);
        if (x < left || x > right) {
            double middle = (left + right) / 2;
            return new TimeViewport(minusClamped(time, Math.round(middle * nanosecondsPerPixel)), nanosecondsPerPixel);
        }
        return this;
    }

    private static long plusClamped(long a, long b) {
        long sum = a + b;
        return ((a ^ sum) & (b ^ sum)) < 0 ? (b < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : sum;
    }

    private static long minusClamped(long a, long b) {
        return b == Long.MIN_VALUE ? plusClamped(plusClamped(a, Long.MAX_VALUE), 1) : plusClamped(a, -b);
    }
}
