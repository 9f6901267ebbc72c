package io.parktls.sockets.jsse.engine.fuzz;

import io.parktls.sockets.jsse.engine.fuzz.Plan.Authentication;
import io.parktls.sockets.jsse.engine.fuzz.Plan.Incident;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** Two engines that are connected in memory, and the schedule of their calls. */
final class Conversation {
    /** How many orderly steps in a row may change nothing. Tasks that are late take some. */
    private static final int PATIENCE = 100;

    /**
     * One side of a conversation.
     *
     * @param allowed what the implementation may do, which is decided before a test changes the engine
     */
    record Side(SSLEngine engine, Set<Allowance> allowed) {}

    private final Plan plan;
    private final Random random;
    private final CallLog log = new CallLog();
    private final Wire toServer = new Wire();
    private final Wire toClient = new Wire();
    private final End client;
    private final End server;

    private int steps;
    private int idle;
    private long progress;
    private boolean incident;

    Conversation(Plan plan, Side client, Side server, Random random, GuardedMemory memory, ExecutorService threads) {
        this.plan = plan;
        this.random = random;
        this.client = new End("client", client, plan.client(), random, memory, log, threads, toServer, toClient);
        this.server = new End("server", server, plan.server(), random, memory, log, threads, toClient, toServer);
        this.client.traffic().expect(this.server.traffic());
        this.server.traffic().expect(this.client.traffic());
    }

    /** Sets what the plan says about the handshake. */
    static void configure(Plan plan, SSLEngine client, SSLEngine server) {
        client.setUseClientMode(true);
        server.setUseClientMode(false);
        for (SSLEngine engine : new SSLEngine[] {client, server}) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setProtocols(new String[] {plan.version()});
            if (plan.retry() && engine == server) {
                parameters.setNamedGroups(new String[] {"secp384r1"});
            }
            engine.setSSLParameters(parameters);
        }
        switch (plan.authentication()) {
            case NONE -> {}
            case WANTED, WANTED_AND_ABSENT -> server.setWantClientAuth(true);
            case NEEDED, NEEDED_AND_ABSENT -> server.setNeedClientAuth(true);
        }
    }

    CallLog log() {
        return log;
    }

    /** Returns how many bytes the server has sent. */
    int bytesOfServer() {
        return toClient.written();
    }

    void run() {
        int bound = bound();
        while (!client.isDone() || !server.isDone()) {
            if (++steps > bound) {
                throw new Defect("not done after " + bound + " steps");
            }
            if (plan.incident() != Incident.NONE && !incident && steps > plan.incidentAt()) {
                incident();
            }
            boolean first = random.nextBoolean();
            End end = first ? client : server;
            if (random.nextBoolean() || end.wantsDelivery()) {
                deliver(first ? toClient : toServer, end, random.nextInt(plan.largestDelivery()) + 1);
            }
            if (steps <= plan.disorder() && random.nextInt(100) < plan.disorderPercent()) {
                end.disorderlyStep();
            } else {
                orderlyStep(end, first ? server : client);
            }
        }
        verifyEnd();
    }

    /** Returns a number of steps that suffices for any schedule. */
    private int bound() {
        int bytes = plan.client().bytes() + plan.server().bytes() + 20_000;
        return 5_000 + plan.disorder() + bytes / 50 + bytes * 20 / plan.largestDelivery();
    }

    private void orderlyStep(End end, End other) {
        boolean acts = end.orderlyStep() || other.orderlyStep();
        long now = client.progress() * 31L + server.progress();
        idle = now == progress ? idle + 1 : 0;
        progress = now;
        if (idle > PATIENCE) {
            throw new Defect("spins: " + idle + " steps without progress");
        }
        if (!acts && toClient.inFlight() == 0 && toServer.inFlight() == 0) {
            endOfStream();
        }
    }

    /** Both ends wait. The transport of an end whose peer is done has ended. */
    private void endOfStream() {
        if (client.hurry() || server.hurry()) {
            return;
        }
        for (End end : new End[] {client, server}) {
            End peer = end == client ? server : client;
            boolean over = peer.isOutputDone() || incident;
            if (over
                    && !end.isInputDone()
                    && (incident
                            || peer.traffic().failure() != null
                            || end.traffic().failure() != null
                            || mayFail())) {
                end.closeInput();
                return;
            }
        }
        if (!client.isDone() || !server.isDone()) {
            throw new Defect("stalls: both ends wait; " + client + "; " + server);
        }
    }

    private static void deliver(Wire wire, End receiver, int length) {
        if (wire.inFlight() > 0) {
            wire.deliver(length);
            receiver.delivered();
        }
    }

    private void incident() {
        Wire wire = plan.seed() % 2 == 0 ? toServer : toClient;
        if (plan.incident() == Incident.CUT) {
            incident = true;
            wire.cut();
            log.event("the wire is cut");
        } else if (wire.flip(random.nextInt(1 << 20))) {
            incident = true;
            log.event("a bit is flipped");
        }
    }

    /** Returns whether an end may fail. */
    private boolean mayFail() {
        return incident
                || client.hasClosedEarly()
                || server.hasClosedEarly()
                || plan.authentication() == Authentication.NEEDED_AND_ABSENT;
    }

    private void verifyEnd() {
        for (End end : new End[] {client, server}) {
            End peer = end == client ? server : client;
            if (end.traffic().failure() != null && !mayFail()) {
                throw new Defect(
                        "an end fails without a reason: " + end.traffic().failure(),
                        end.traffic().failure());
            }
            boolean failed =
                    client.traffic().failure() != null || server.traffic().failure() != null;
            if (!failed
                    && !incident
                    && (end.hasFinished() || !mayFail())
                    && !end.dropsInput()
                    && end.traffic().received() != peer.traffic().sent()) {
                throw new Defect("bytes are lost: " + peer.traffic().sent() + " sent, "
                        + end.traffic().received() + " received");
            }
            end.closeInput();
            verifyFinish(end, peer);
            verifyAlert(end, peer);
        }
    }

    private void verifyFinish(End end, End peer) {
        if (end.hasFinished() != peer.hasFinished() && !mayFail()) {
            throw new Defect("one end has not finished its handshake");
        }
        boolean updates = end.hasUpdatedKeys() || peer.hasUpdatedKeys();
        if (end.finished() > 1 && !updates && !end.may(Allowance.FINISHED_AGAIN)) {
            throw new Defect("the handshake finishes " + end.finished() + " times");
        }
    }

    /** An end that notices a changed bit says so in an alert. */
    private void verifyAlert(End end, End peer) {
        boolean notices = plan.incident() == Incident.FLIP
                && end.traffic().failure() != null
                && peer.traffic().failure() == null
                && !peer.hasClosedByItself()
                && !end.hasClosedByItself();
        if (notices && !end.traffic().hasSentAlert()) {
            throw new Defect("an end fails and sends no alert: " + end);
        }
    }
}
