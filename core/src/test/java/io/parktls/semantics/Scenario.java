package io.parktls.semantics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.NamedGroup;
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
 * Runs a script on the four pairings of libssl and ParkTLS, over pipes that the script controls, and compares each call's
 * outcome with what libssl says in the same place when it talks to itself.
 *
 * <p>The settings of both ends are those of a {@link TlsContext}; libssl gets the same from {@link SslContext}.
 */
final class Scenario {
    /** The groups that every engine and every libssl of today has, and that of the test certificates. */
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

    /** What happens, told to a stage. */
    interface Script {
        void run(Stage stage) throws Exception;
    }

    private Scenario(Setting setting) {
        this.setting = setting;
        // Which alert an SSLEngine sends is up to its provider.
        this.alertsCount = setting.isBouncyCastle();
    }

    static Scenario of(Setting setting) {
        return new Scenario(setting);
    }

    /** Changes the client's settings, whosever client it is. */
    Scenario client(UnaryOperator<TlsContext.Builder> settings) {
        clientSettings = settings;
        return this;
    }

    /** Changes the server's settings. */
    Scenario server(UnaryOperator<TlsContext.Builder> settings) {
        serverSettings = settings;
        return this;
    }

    /** Changes what only libssl's client has. */
    Scenario libsslClient(UnaryOperator<SslContext> settings) {
        libsslClient = settings;
        return this;
    }

    /** Changes what only libssl's server has. */
    Scenario libsslServer(UnaryOperator<SslContext> settings) {
        libsslServer = settings;
        return this;
    }

    /** Whom libssl trusts, for it cannot be told a {@link io.parktls.TlsTrust}; nobody means that nothing is verified. */
    Scenario libsslTrusts(List<X509Certificate> authorities) {
        trusted = authorities;
        return this;
    }

    /** How many bytes may be on their way in each direction. */
    Scenario capacity(int bytes) {
        capacity = bytes;
        return this;
    }

    /** The ends are made without a role. */
    Scenario withoutRoles() {
        roles = false;
        return this;
    }

    /** What is put around each end's pipe. */
    Scenario around(UnaryOperator<Bio> wrapper) {
        around = wrapper;
        return this;
    }

    /** Other pipes than those that the script controls: the client's end and the server's. */
    Scenario over(Supplier<Bio[]> pipe) {
        pipes = pipe;
        return this;
    }

    /** The alert of an error is not compared: each has a good one of its own. */
    Scenario anyAlert() {
        alertsCount = false;
        return this;
    }

    // ---- running

    /**
     * The script does the same everywhere.
     *
     * @param expected what libssl does with itself, as {@link Stage#brief()} says it
     */
    void same(String expected, Script script) {
        Map<Pairing, Stage> stages = run(script);
        Stage reference = stages.get(Pairing.LIBSSL_LIBSSL);
        assertEquals(expected, reference.brief(), () -> setting + ": libssl by itself: " + reference);
        agree(stages);
    }

    /** As {@link #same(String, Script)}, where the list says nothing that could be written down here. */
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
     * ParkTLS does something else than libssl, on purpose.
     *
     * @param libssl what libssl does with itself
     * @param parktls what ParkTLS does with itself
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

    /** What happened on each pairing. */
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
            try (End c = pairing.isClientOurs() ? end(client, clientBio, false) : end(sslClient, clientBio);
                    End s = pairing.isServerOurs() ? end(server, serverBio, true) : end(sslServer, serverBio)) {
                Stage stage = new Stage(pairing, wire, c, s);
                stages.put(pairing, stage);
                perform(script, stage);
            }
        }
        return stages;
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

    /** An end of libssl's, without a role. */
    static LibsslEnd libssl(SslContext context, Bio bio) {
        SslConnection ssl = new SslConnection(context, bio);
        if (!context.isServer()) {
            ssl.setPeer(TestContexts.HOST, context.like().verifyHost());
        }
        return new LibsslEnd(ssl);
    }

    /** The connection of an end that is ours. */
    static TlsConnection ours(Actor actor) {
        return ((ParkTlsEnd) actor.end()).connection();
    }

    /** The connection of an end that is libssl's. */
    static SslConnection libssls(Actor actor) {
        return ((LibsslEnd) actor.end()).ssl();
    }
}
