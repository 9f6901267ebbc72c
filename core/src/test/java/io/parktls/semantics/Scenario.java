package io.parktls.semantics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.NamedGroup;
import io.parktls.ResumableSession;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TlsConnection;
import io.parktls.TlsContext;
import io.parktls.bio.Bio;
import io.parktls.openssl.SslConnection;
import io.parktls.openssl.SslContext;
import java.security.cert.X509Certificate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Runs a script on the four pairings of libssl and ParkTLS, over pipes that the script controls. Compares the outcome
 * of each call with that of the same call between two ends of libssl.
 *
 * <p>The settings of both ends are those of a {@link TlsContext}, which {@link SslContext} applies to libssl.
 */
final class Scenario {
    /** X25519, which every engine and every current libssl supports, and the group of the test certificates. */
    static final NamedGroup[] GROUPS = {NamedGroup.X25519, NamedGroup.SECP256R1};

    private final Setting setting;
    private UnaryOperator<TlsContext.Builder> clientSettings = UnaryOperator.identity();
    private UnaryOperator<TlsContext.Builder> serverSettings = UnaryOperator.identity();
    private UnaryOperator<SslContext> libsslClient = UnaryOperator.identity();
    private UnaryOperator<SslContext> libsslServer = UnaryOperator.identity();
    private List<X509Certificate> trusted = TestPki.authorities();
    private int capacity = Wire.UNLIMITED;
    private boolean alertsCount;
    private boolean roles = true;
    private @Nullable Supplier<Bio[]> pipes;
    private UnaryOperator<Bio> around = UnaryOperator.identity();

    /** The calls and events of a scenario. */
    interface Script {
        void run(Stage stage) throws Exception;
    }

    private Scenario(Setting setting) {
        this.setting = setting;
        // The provider of an SSLEngine decides which alerts it sends.
        this.alertsCount = setting.isBouncyCastle();
    }

    static Scenario of(Setting setting) {
        return new Scenario(setting);
    }

    /** Changes the settings of the client, of ParkTLS and of libssl. */
    Scenario client(UnaryOperator<TlsContext.Builder> settings) {
        clientSettings = settings;
        return this;
    }

    /** Changes the settings of the server, of ParkTLS and of libssl. */
    Scenario server(UnaryOperator<TlsContext.Builder> settings) {
        serverSettings = settings;
        return this;
    }

    /** Changes settings of libssl's client that a {@link TlsContext} does not have. */
    Scenario libsslClient(UnaryOperator<SslContext> settings) {
        libsslClient = settings;
        return this;
    }

    /** Changes settings of libssl's server that a {@link TlsContext} does not have. */
    Scenario libsslServer(UnaryOperator<SslContext> settings) {
        libsslServer = settings;
        return this;
    }

    /**
     * Sets the authorities that libssl trusts, because a {@link io.parktls.TlsTrust} cannot be applied to libssl. With
     * an empty list, libssl's client verifies nothing.
     */
    Scenario libsslTrusts(List<X509Certificate> authorities) {
        trusted = authorities;
        return this;
    }

    /** Sets the capacity of the pipe in each direction, in bytes. */
    Scenario capacity(int bytes) {
        capacity = bytes;
        return this;
    }

    /** Creates the ends without a role. */
    Scenario withoutRoles() {
        roles = false;
        return this;
    }

    /** Wraps the pipe of each end. */
    Scenario around(UnaryOperator<Bio> wrapper) {
        around = wrapper;
        return this;
    }

    /** Replaces the pipe that the script controls. The supplier returns the client's end and the server's. */
    Scenario over(Supplier<Bio[]> pipe) {
        pipes = pipe;
        return this;
    }

    /** Does not compare the alerts of errors, where both libraries send a valid but different one. */
    Scenario anyAlert() {
        alertsCount = false;
        return this;
    }

    // ---- running

    /**
     * Expects the same outcomes on all pairings.
     *
     * @param expected the outcomes between two ends of libssl, as {@link Stage#brief()} formats them
     */
    void same(String expected, Script script) {
        Map<Pairing, Stage> stages = run(script);
        Stage reference = stages.get(Pairing.LIBSSL_LIBSSL);
        assertEquals(expected, reference.brief(), () -> setting + ": libssl with libssl: " + reference);
        agree(stages);
    }

    /** Like {@link #same(String, Script)}, for rows whose outcomes the list does not specify. */
    void same(Script script) {
        agree(run(script));
    }

    private void agree(Map<Pairing, Stage> stages) {
        Stage reference = stages.get(Pairing.LIBSSL_LIBSSL);
        stages.forEach((pairing, stage) -> assertTrue(
                agrees(reference.steps(), stage.steps()), () -> setting + "\n  " + reference + "\n  " + stage));
    }

    private boolean agrees(List<Step> reference, List<Step> steps) {
        boolean agrees = reference.size() == steps.size();
        for (int i = 0; agrees && i < steps.size(); i++) {
            agrees = steps.get(i).agrees(reference.get(i), alertsCount);
        }
        return agrees;
    }

    /**
     * Expects outcomes in which ParkTLS deliberately differs from libssl.
     *
     * @param libssl the outcomes between two ends of libssl
     * @param parktls the outcomes between two ends of ParkTLS
     */
    void differs(String libssl, String parktls, Script script) {
        Map<Pairing, Stage> stages = run(script);
        Stage reference = stages.get(Pairing.LIBSSL_LIBSSL);
        Stage ours = stages.get(Pairing.PARKTLS_PARKTLS);
        assertEquals(libssl, reference.brief(), () -> setting + ": libssl: " + reference);
        assertEquals(counting(parktls), counting(ours.brief()), () -> setting + ": ParkTLS: " + ours);
    }

    private String counting(String brief) {
        return alertsCount ? brief : brief.replaceAll("[<>][0-9]+", "");
    }

    /** Runs the script on each pairing and returns the stages with their recorded steps. */
    Map<Pairing, Stage> run(Script script) {
        TlsContext client = clientSettings
                .apply(TestContexts.client(setting.engine(), setting.version()).groups(GROUPS))
                .build();
        TlsContext server = serverSettings
                .apply(TestContexts.server(setting.engine(), setting.version()).groups(GROUPS))
                .build();
        SslContext sslClient = libsslClient.apply(SslContext.client(client, trusted));
        SslContext sslServer = libsslServer.apply(SslContext.server(server, trusted));
        Map<Pairing, Stage> stages = new EnumMap<>(Pairing.class);
        for (Pairing pairing : Pairing.values()) {
            Wire wire = new Wire(capacity);
            Bio[] pipe = pipes == null ? new Bio[] {wire.client(), wire.server()} : pipes.get();
            Bio clientBio = around.apply(pipe[0]);
            Bio serverBio = around.apply(pipe[1]);
            try (End c = pairing.isClientOurs()
                            ? end(askingForTickets(client), clientBio, false)
                            : end(sslClient, clientBio);
                    End s = pairing.isServerOurs() ? end(server, serverBio, true) : end(sslServer, serverBio)) {
                Stage stage = new Stage(pairing, wire, c, s);
                stages.put(pairing, stage);
                perform(script, stage);
            }
        }
        return stages;
    }

    /**
     * Returns a context whose clients ask for tickets, as libssl's do. Its cache is its own, so that no client resumes
     * the session of another pairing. A client of the JSSE engine always asks.
     */
    private TlsContext askingForTickets(TlsContext client) {
        return setting.isBouncyCastle() ? ResumableSession.caching(client) : client;
    }

    private void perform(Script script, Stage stage) {
        try {
            script.run(stage);
        } catch (Exception | AssertionError e) {
            throw new AssertionError(setting + " " + stage, e);
        }
    }

    private End end(TlsContext context, Bio bio, boolean server) {
        TlsConnection connection = context.connection(bio);
        if (!server) {
            connection.setPeer(TestContexts.HOST, 0);
        }
        ParkTlsEnd end = new ParkTlsEnd(connection);
        if (roles) {
            end.setRole(server);
        }
        return end;
    }

    private End end(SslContext context, Bio bio) {
        LibsslEnd end = libssl(context, bio);
        if (roles) {
            end.setRole(context.isServer());
        }
        return end;
    }

    /** Returns an end of libssl without a role. */
    static LibsslEnd libssl(SslContext context, Bio bio) {
        SslConnection ssl = new SslConnection(context, bio);
        if (!context.isServer()) {
            ssl.setPeer(TestContexts.HOST, context.like().verifyHost());
        }
        return new LibsslEnd(ssl);
    }

    /** Returns the connection of an end of ParkTLS. */
    static TlsConnection ours(Actor actor) {
        return ((ParkTlsEnd) actor.end()).connection();
    }

    /** Returns the connection of an end of libssl. */
    static SslConnection libssls(Actor actor) {
        return ((LibsslEnd) actor.end()).ssl();
    }
}
