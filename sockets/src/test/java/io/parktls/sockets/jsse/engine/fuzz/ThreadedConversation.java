package io.parktls.sockets.jsse.engine.fuzz;

import io.parktls.sockets.Task;
import io.parktls.sockets.jsse.contract.Credentials;
import io.parktls.sockets.jsse.engine.fuzz.Plan.Authentication;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLEngine;

/**
 * A conversation of two engines in which each has a thread that wraps and one that unwraps, from the first byte of the
 * handshake to both close_notify. The seed decides the data, the sizes of buffers and the key updates; the scheduler of
 * the system decides the order of the calls.
 */
final class ThreadedConversation {
    private static final int MOST_BYTES = 300_000;

    private final Changes changes = new Changes();
    private final SharedWire toServer = new SharedWire(changes);
    private final SharedWire toClient = new SharedWire(changes);
    private final ThreadedEnd client;
    private final ThreadedEnd server;
    private final String description;

    ThreadedConversation(EngineMaker clients, EngineMaker servers, long seed) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        random.nextLong();
        String version = random.nextInt(3) == 0 ? "TLSv1.2" : "TLSv1.3";
        Authentication authentication = random.nextInt(3) == 0 ? Authentication.NEEDED : Authentication.NONE;
        Plan settings = Plan.orderly(seed, version, authentication);
        SSLEngine ofClient = clients.context(
                        authentication == Authentication.NEEDED ? Credentials.CLIENT : Credentials.ANONYMOUS)
                .createSSLEngine("example.test", 443);
        SSLEngine ofServer = servers.context(Credentials.SERVER).createSSLEngine();
        Conversation.configure(settings, ofClient, ofServer);
        ThreadedEnd.Plan fromClient = plan(ofClient, version, random);
        ThreadedEnd.Plan fromServer = plan(ofServer, version, random);
        this.client = new ThreadedEnd(
                "client",
                ofClient,
                fromClient,
                fromServer.data(),
                toServer,
                toClient,
                changes,
                this::hasAllArrived,
                random);
        this.server = new ThreadedEnd(
                "server",
                ofServer,
                fromServer,
                fromClient.data(),
                toClient,
                toServer,
                changes,
                this::hasAllArrived,
                random);
        this.description = clients + " with " + servers + ", seed " + seed + ", " + version + ", client authentication "
                + authentication;
    }

    private static ThreadedEnd.Plan plan(SSLEngine engine, String version, Random random) {
        byte[] data = new byte[random.nextInt(1 << random.nextInt(1, 19)) % MOST_BYTES];
        random.nextBytes(data);
        boolean mayUpdate = version.equals("TLSv1.3")
                && !Allowance.of(engine).contains(Allowance.NO_KEY_UPDATE)
                && random.nextBoolean();
        return new ThreadedEnd.Plan(data, mayUpdate ? random.nextInt(1, 6) : 0);
    }

    private boolean hasAllArrived() {
        return client.hasReceivedAll() && server.hasReceivedAll();
    }

    /** Runs the conversation. The executor must have four free threads. */
    void run(ExecutorService threads) throws InterruptedException {
        List<Future<?>> running = new ArrayList<>();
        for (ThreadedEnd end : List.of(client, server)) {
            running.add(threads.submit(() -> guarded(() -> {
                end.send();
                return null;
            })));
            running.add(threads.submit(() -> guarded(() -> {
                end.receive();
                return null;
            })));
        }
        for (Future<?> each : running) {
            try {
                each.get(2 * Task.HANG.toSeconds(), TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                throw new Defect("does not end: " + this, e);
            } catch (ExecutionException e) {
                throw new AssertionError(e);
            }
        }
        Throwable failure = changes.failure();
        if (failure != null) {
            throw new Defect(failure + "\n" + this, failure);
        }
        if (!hasAllArrived()) {
            throw new Defect("bytes are lost: " + this);
        }
    }

    private void guarded(Callable<Void> body) {
        try {
            body.call();
        } catch (Throwable e) {
            changes.fail(e);
        }
    }

    @Override
    public String toString() {
        return description + "; " + client + "; " + server;
    }
}
