package io.parktls.semantics;

/**
 * A recorded step of a script.
 *
 * @param what the end and its call, for example {@code C hs}
 * @param verdict the outcome, as in {@link Outcome#verdict()}
 * @param alert the alert, as in {@link Outcome#alert()}
 * @param detail the reason in words, which is not compared
 */
record Step(String what, String verdict, String alert, String detail) {
    /** Returns whether both steps have the same outcome, with or without comparing their alerts. */
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
