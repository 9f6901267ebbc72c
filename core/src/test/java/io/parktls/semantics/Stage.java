package io.parktls.semantics;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A client and a server on a {@link Wire}, on which a script acts, and the recorded steps. */
final class Stage {
    private final Pairing pairing;
    private final Wire wire;
    private final Actor client;
    private final Actor server;
    private final List<Step> steps = new ArrayList<>();

    Stage(Pairing pairing, Wire wire, End client, End server) {
        this.pairing = pairing;
        this.wire = wire;
        this.client = new Actor("C", client, steps);
        this.server = new Actor("S", server, steps);
    }

    /** Returns a stage on the same wire with other ends and its own steps. */
    Stage with(End otherClient, End otherServer) {
        return new Stage(pairing, wire, otherClient, otherServer);
    }

    Pairing pairing() {
        return pairing;
    }

    Actor client() {
        return client;
    }

    Actor server() {
        return server;
    }

    Lane toServer() {
        return wire.toServer();
    }

    Lane toClient() {
        return wire.toClient();
    }

    List<Step> steps() {
        return steps;
    }

    /** Records a value that is compared too. */
    void note(String what, Object value) {
        steps.add(new Step(what, String.valueOf(value), "", ""));
    }

    /** Records a step. */
    void note(Step step) {
        steps.add(step);
    }

    /** Returns whether both ends have completed the handshake. */
    boolean isDone() {
        return client.end().isHandshakeDone() && server.end().isHandshakeDone();
    }

    /** Calls client and server in turn until neither returns a retry. */
    void settle() {
        Outcome c = client.hs();
        Outcome s = server.hs();
        for (int turn = 0; turn < 8 && (c.isRetry() || s.isRetry()); turn++) {
            c = c.isRetry() ? client.hs() : c;
            s = s.isRetry() ? server.hs() : s;
        }
    }

    /** Completes the handshake and reads the session tickets. Records no steps. */
    Stage establish() {
        List<Step> unnoted = new ArrayList<>(steps);
        for (int turn = 0; !client.end().isHandshakeDone() || !server.end().isHandshakeDone(); turn++) {
            Outcome c = client.hs();
            Outcome s = server.hs();
            if (turn > 100 || c.isFatal() || s.isFatal()) {
                throw new AssertionError(pairing + ": no handshake: " + this);
            }
        }
        Outcome tickets = client.read(1);
        if (!tickets.wantsRead()) {
            throw new AssertionError(pairing + ": after the handshake: " + tickets);
        }
        steps.clear();
        steps.addAll(unnoted);
        return this;
    }

    /** Returns the steps in one line: {@code C hs:R, S hs:R}. */
    String brief() {
        return steps.stream().map(Step::brief).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return pairing + ": " + steps.stream().map(Step::toString).collect(Collectors.joining(", "));
    }
}
