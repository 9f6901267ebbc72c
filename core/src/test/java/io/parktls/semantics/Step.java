package io.parktls.semantics;

/**
 * A line of what happened in a script.
 *
 * @param what who did what, for instance {@code C hs}
 * @param verdict what came of it
 * @param alert as in {@link Outcome#alert()}
 * @param detail for people
 */
record Step(String what, String verdict, String alert, String detail) {
    /** Whether both say the same, as far as is asked. */
    boolean agrees(Step other, boolean alsoAlerts) {
        return what.equals(other.what) && verdict.equals(other.verdict) && (!alsoAlerts || alert.equals(other.alert));
    }

    @Override
    public String toString() {
        return what + ":" + verdict + alert + (detail.isEmpty() ? "" : " [" + detail + "]");
    }

    String brief() {
        return what + ":" + verdict + alert;
    }
}
