package io.parktls.sockets.jsse.engine.fuzz;

import io.parktls.sockets.jsse.contract.Credentials;
import io.parktls.sockets.jsse.engine.fuzz.Conversation.Side;
import io.parktls.sockets.jsse.engine.fuzz.Plan.Authentication;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/** Runs the conversations of seeds. */
final class EngineFuzzer implements AutoCloseable {
    /** The system property that names the only seed to run. */
    static final String SEED = "parktls.enginefuzz.seed";

    private final GuardedMemory memory = new GuardedMemory();
    private final ExecutorService threads =
            Executors.newFixedThreadPool(2, Thread.ofPlatform().daemon().factory());

    /** Runs the conversation of a seed. */
    void run(EngineMaker client, EngineMaker server, long seed) {
        run(client, server, seed, UnaryOperator.identity());
    }

    /** Runs the conversation of a seed with a client's engine that is changed. */
    void run(EngineMaker client, EngineMaker server, long seed, UnaryOperator<SSLEngine> change) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        // The first numbers of similar seeds are similar, so the first number is dropped.
        random.nextLong();
        Plan plan = Plan.of(seed, random);
        SSLContext clients = client.context(
                plan.authentication() == Authentication.WANTED || plan.authentication() == Authentication.NEEDED
                        ? Credentials.CLIENT
                        : Credentials.ANONYMOUS);
        SSLContext servers = server.context(Credentials.SERVER);
        if (plan.before()) {
            converse(plan.orderly(), clients, servers, random, change);
        }
        converse(plan, clients, servers, random, change);
    }

    /**
     * Runs two orderly conversations on the same contexts, the second of which can resume the session of the first.
     *
     * @return how many bytes the server sends in each
     */
    int[] runTwice(EngineMaker client, EngineMaker server, String version) {
        SSLContext clients = client.context(Credentials.ANONYMOUS);
        SSLContext servers = server.context(Credentials.SERVER);
        Plan plan = Plan.orderly(0, version, Authentication.NONE);
        Random random = new Random(0);
        return new int[] {
            converse(plan, clients, servers, random, UnaryOperator.identity()),
            converse(plan, clients, servers, random, UnaryOperator.identity())
        };
    }

    private int converse(
            Plan plan, SSLContext clients, SSLContext servers, Random random, UnaryOperator<SSLEngine> change) {
        SSLEngine original = clients.createSSLEngine("example.test", 443);
        SSLEngine client = change.apply(original);
        SSLEngine server = servers.createSSLEngine();
        Conversation.configure(plan, client, server);
        Conversation conversation = new Conversation(
                plan,
                new Side(client, Allowance.of(original)),
                new Side(server, Allowance.of(server)),
                random,
                memory,
                threads);
        try {
            conversation.run();
            return conversation.bytesOfServer();
        } catch (Throwable e) {
            throw new Defect(
                    e + "\nclient " + client.getClass().getName() + ", server "
                            + server.getClass().getName() + ", -D" + SEED + "=" + plan.seed() + ", " + plan
                            + ", the last calls:\n" + conversation.log(),
                    e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
