package io.parktls.semantics;

import java.util.List;
import java.util.Random;

/** An end of a connection that records its calls and their outcomes. */
final class Actor {
    private final String name;
    private final End end;
    private final List<Step> steps;

    Actor(String name, End end, List<Step> steps) {
        this.name = name;
        this.end = end;
        this.steps = steps;
    }

    End end() {
        return end;
    }

    Outcome role(boolean server) {
        return note(server ? "accept" : "connect", end.setRole(server));
    }

    Outcome hs() {
        return note("hs", end.doHandshake());
    }

    /** Calls doHandshake a number of times. */
    void hs(int times) {
        for (int i = 0; i < times; i++) {
            hs();
        }
    }

    Outcome read(int length) {
        return note("read", end.read(length));
    }

    Outcome peek(int length) {
        return note("peek", end.peek(length));
    }

    /** Writes the first {@code length} bytes of {@link #bytes}. */
    Outcome write(int length) {
        return write(bytes(length));
    }

    Outcome write(byte[] bytes) {
        return note("write", end.write(bytes));
    }

    Outcome shutdown() {
        return note("shutdown", end.shutdown());
    }

    Outcome updateKeys(boolean requestPeer) {
        return note("update", end.updateKeys(requestPeer));
    }

    /** Records SSL_pending and SSL_has_pending. */
    void pending() {
        note("pending", end.pending() + "/" + (end.hasPending() ? 1 : 0));
    }

    /** Records SSL_get_shutdown. */
    void closed() {
        note("shut", end.shutdownState());
    }

    /** Records whether the handshake is complete. */
    void done() {
        note("done", end.isHandshakeDone());
    }

    private void note(String what, Object value) {
        steps.add(new Step(name + " " + what, String.valueOf(value), "", ""));
    }

    private Outcome note(String call, Outcome outcome) {
        steps.add(new Step(name + " " + call, outcome.verdict(), outcome.alert(), outcome.detail()));
        return outcome;
    }

    /** Returns pseudorandom bytes, the same in every call. */
    static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
