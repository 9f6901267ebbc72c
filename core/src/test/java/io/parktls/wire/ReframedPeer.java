package io.parktls.wire;

import io.parktls.CipherSuite;
import io.parktls.ClientAuth;
import io.parktls.NamedGroup;
import io.parktls.ResumableSession;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.TlsFailure;
import io.parktls.TlsStatus;
import io.parktls.TlsVersion;
import io.parktls.engine.EngineEnd;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.record.AeadAlgorithm;
import io.parktls.record.RecordOpener;
import io.parktls.record.RecordSealer;
import io.parktls.record.TrafficKey;
import io.parktls.record.TrafficSecret;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * An engine under test and an honest engine as its peer. The test puts the honest engine's handshake messages into
 * records of its own, unprotected or under the honest engine's keys, which it gets from the key log.
 */
final class ReframedPeer {
    static final int CHANGE_CIPHER_SPEC = 20;
    static final int ALERT = 21;
    static final int HANDSHAKE = 22;
    static final int APPLICATION_DATA = 23;

    private static final CipherSuite SUITE_12 = CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;

    /**
     * The contexts of a client and a server, and a session that each connection resumes. The context of the honest one
     * writes to {@link #KEY_LOG}.
     *
     * @param session null for full handshakes
     */
    private record Contexts(
            TlsContext client, TlsContext server, @Nullable ResumableSession session) {
        EngineEnd newClient() {
            return EngineEnd.client(session == null ? client : session.client(), TestContexts.HOST);
        }
    }

    /** The contexts of each setting, which thousands of peers share. */
    private static final Map<Setting, Contexts> CONTEXTS = new ConcurrentHashMap<>();

    /** The secrets of all handshakes, by the client's random in hexadecimal digits and by their labels. */
    private static final Map<String, Map<String, byte[]>> KEY_LOG = new ConcurrentHashMap<>();

    private final Setting setting;
    private final EngineEnd subject;
    private final EngineEnd honest;

    /** The randoms of client and server, from their hellos. */
    private final byte[][] randoms = new byte[2][];

    /** Null while the honest peer has no write keys. */
    private RecordOpener opener;

    private RecordSealer sealer;

    /**
     * The role and version under test, with or without a HelloRetryRequest and a client certificate.
     *
     * @param resumed whether each connection resumes a session; in it, the client had no certificate
     */
    record Setting(
            TlsVersion version, boolean server, boolean retry, boolean mutual, boolean resumed, CipherSuite suite13) {
        static Setting of(TlsVersion version, boolean server) {
            return new Setting(version, server, false, false, false, CipherSuite.TLS_AES_128_GCM_SHA256);
        }

        Setting withRetry() {
            return new Setting(version, server, true, mutual, resumed, suite13);
        }

        Setting withClientCertificate() {
            return new Setting(version, server, retry, true, resumed, suite13);
        }

        Setting withResumption() {
            return new Setting(version, server, retry, mutual, true, suite13);
        }

        /** Returns how many flights the honest peer sends. */
        int flights() {
            boolean serversLast = !server && (is13() || resumed);
            return (serversLast ? 1 : 2) + (retry ? 1 : 0);
        }

        boolean is13() {
            return version == TlsVersion.TLS_1_3;
        }

        @Override
        public String toString() {
            return version
                    + (server ? " server" : " client")
                    + (retry ? ", HelloRetryRequest" : "")
                    + (mutual ? ", client certificate" : "")
                    + (resumed ? ", resumed" : "");
        }
    }

    /** One handshake message, or one change_cipher_spec. */
    record Message(int contentType, byte[] bytes, boolean underKeys) {
        int type() {
            return contentType == HANDSHAKE ? bytes[0] & 0xFF : -1;
        }
    }

    ReframedPeer(Setting setting) {
        this(setting, CONTEXTS.computeIfAbsent(setting, key -> contexts(key, TlsContext.Builder::build)));
    }

    /** @param subjectContext changes the settings of the engine under test */
    ReframedPeer(Setting setting, Function<TlsContext.Builder, TlsContext> subjectContext) {
        this(setting, contexts(setting, subjectContext));
    }

    private ReframedPeer(Setting setting, Contexts contexts) {
        this.setting = setting;
        EngineEnd client = contexts.newClient();
        EngineEnd server = EngineEnd.server(contexts.server());
        this.subject = setting.server() ? server : client;
        this.honest = setting.server() ? client : server;
    }

    private static Contexts contexts(Setting setting, Function<TlsContext.Builder, TlsContext> subjectContext) {
        TlsEngineProvider engine = TlsEngineProvider.bouncyCastle();
        CipherSuite suite = setting.is13() ? setting.suite13() : SUITE_12;
        TlsContext.Builder client =
                TestContexts.client(engine, setting.version()).cipherSuites(suite);
        TlsContext.Builder server =
                TestContexts.server(engine, setting.version()).cipherSuites(suite);
        if (setting.retry()) {
            client.groups(NamedGroup.X25519, NamedGroup.SECP256R1);
            server.groups(NamedGroup.SECP256R1);
        } else {
            // The list includes the curve of the certificate, which a TLS 1.2 server requires (RFC 8422 5.3).
            client.groups(NamedGroup.X25519, NamedGroup.SECP256R1);
        }
        if (setting.mutual()) {
            client.identity(TestPki.client(KeyKind.ECDSA_P256));
            server.clientAuth(ClientAuth.REQUIRED).trust(TestPki.trust());
        }
        TlsContext clients =
                setting.server() ? client.keyLog(ReframedPeer::keep).build() : subjectContext.apply(client);
        TlsContext servers = setting.server()
                ? subjectContext.apply(server)
                : server.keyLog(ReframedPeer::keep).build();
        return new Contexts(clients, servers, setting.resumed() ? ResumableSession.of(clients, servers) : null);
    }

    private static void keep(String line) {
        String[] words = line.split(" ");
        KEY_LOG.computeIfAbsent(words[1], random -> new ConcurrentHashMap<>())
                .put(words[0], HexFormat.of().parseHex(words[2]));
    }

    private byte[] secret(String label) {
        return KEY_LOG.get(HexFormat.of().formatHex(randoms[0])).get(label);
    }

    EngineEnd subject() {
        return subject;
    }

    EngineEnd honest() {
        return honest;
    }

    // ---- the honest peer's messages

    /** Delivers everything that the engine under test has sent, and returns the honest peer's answer. */
    List<Message> flight() throws SSLException {
        subject.handshake();
        byte[] sent = subject.drain();
        noteRandom(sent);
        honest.receive(sent);
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        byte[] part;
        do {
            honest.handshake();
            part = honest.drain();
            answer.writeBytes(part);
        } while (part.length > 0);
        return messages(answer.toByteArray());
    }

    private List<Message> messages(byte[] records) throws SSLException {
        List<Message> messages = new ArrayList<>();
        ByteArrayOutputStream pending = new ByteArrayOutputStream();
        boolean keyed = false;
        for (int at = 0; at < records.length; ) {
            int end = at + 5 + length(records, at);
            byte[] record = Arrays.copyOfRange(records, at, end);
            at = end;
            int type = record[0];
            byte[] content = Arrays.copyOfRange(record, 5, record.length);
            boolean underKeys = setting.is13() ? type == APPLICATION_DATA : keyed;
            if (underKeys) {
                byte[] plain = new byte[record.length];
                requireKeys();
                opener.open(record, 0, plain, 0);
                type = opener.type();
                content = Arrays.copyOf(plain, opener.contentLength());
            } else if (type == HANDSHAKE) {
                noteRandom(record);
            }
            if (type != HANDSHAKE) {
                keyed |= type == CHANGE_CIPHER_SPEC && !setting.is13();
                messages.add(new Message(type, content, underKeys));
                continue;
            }
            pending.writeBytes(content);
            byte[] bytes = pending.toByteArray();
            int next = 0;
            while (bytes.length - next >= 4 && bytes.length - next >= 4 + bodyLength(bytes, next)) {
                int total = 4 + bodyLength(bytes, next);
                messages.add(new Message(HANDSHAKE, Arrays.copyOfRange(bytes, next, next + total), underKeys));
                next += total;
            }
            pending.reset();
            pending.write(bytes, next, bytes.length - next);
        }
        return messages;
    }

    private void noteRandom(byte[] records) {
        if (records.length > 43 && records[0] == HANDSHAKE && (records[5] == 1 || records[5] == 2)) {
            randoms[records[5] - 1] = Arrays.copyOfRange(records, 11, 43);
        }
    }

    static int length(byte[] records, int at) {
        return (records[at + 3] & 0xFF) << 8 | records[at + 4] & 0xFF;
    }

    private static int bodyLength(byte[] bytes, int at) {
        return (bytes[at + 1] & 0xFF) << 16 | (bytes[at + 2] & 0xFF) << 8 | bytes[at + 3] & 0xFF;
    }

    // ---- records that the test builds

    /** Returns an unprotected record. */
    static byte[] clear(int type, byte... content) {
        byte[] record = new byte[5 + content.length];
        record[0] = (byte) type;
        record[1] = 3;
        record[2] = 3;
        record[3] = (byte) (content.length >>> 8);
        record[4] = (byte) content.length;
        System.arraycopy(content, 0, record, 5, content.length);
        return record;
    }

    /** Returns a record protected with the honest peer's keys. */
    byte[] sealed(int type, byte... content) {
        requireKeys();
        ByteBuffer record = ByteBuffer.allocate(content.length + sealer.overhead());
        sealer.seal(type, ByteBuffer.wrap(content), content.length, record);
        return record.array();
    }

    /** Returns a record with that message as the honest peer would send it. */
    byte[] record(Message message) {
        return record(message.underKeys(), message.contentType(), message.bytes());
    }

    byte[] record(boolean underKeys, int type, byte... content) {
        return underKeys ? sealed(type, content) : clear(type, content);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    // ---- delivery and results

    /**
     * Lets records arrive, one after the other, and says what becomes of the engine under test: "done", "more" or
     * "closed"; for an alert that it received {@code <name}, for one that it sent and that the honest peer understood
     * {@code >name}.
     */
    String verdict(byte[]... records) {
        TlsStatus status = TlsStatus.WANT_READ;
        try {
            for (byte[] record : records) {
                subject.receive(record);
                status = handshake();
                if (status == TlsStatus.CLOSED) {
                    return "closed";
                }
            }
        } catch (SSLException e) {
            String alert = e instanceof TlsFailure failure && failure.alert().isPresent()
                    ? failure.alert().get().standardName()
                    : "nothing: " + e;
            if (e instanceof TlsFailure failure && failure.isAlertReceived()) {
                return "<" + alert;
            }
            String arrived = arrival();
            return arrived.equals(alert) ? ">" + alert : ">" + alert + ", but the peer sees " + arrived + " for " + e;
        }
        return status == TlsStatus.OK ? "done" : "more";
    }

    /** Continues the handshake. If the engine needs its output drained, delivers it to the honest peer and continues again. */
    private TlsStatus handshake() throws SSLException {
        TlsStatus status = subject.handshake();
        if (status == TlsStatus.WANT_WRITE) {
            byte[] sent = subject.drain();
            noteRandom(sent);
            honest.receive(sent);
            status = subject.handshake();
        }
        return status;
    }

    /** Delivers the output to the honest peer and returns its result: the alert it received, "closed" or its status. */
    String arrival() {
        try {
            honest.receive(subject.drain());
            TlsStatus status = honest.handshake();
            if (status == TlsStatus.WANT_WRITE) {
                honest.drain();
                status = honest.handshake();
            }
            if (status == TlsStatus.OK) {
                status = honest.readNothing();
            }
            return status == TlsStatus.CLOSED ? "closed" : status.toString();
        } catch (SSLException e) {
            return e instanceof TlsFailure failure
                            && failure.isAlertReceived()
                            && failure.alert().isPresent()
                    ? failure.alert().get().standardName()
                    : e.toString();
        }
    }

    // ---- keys

    /** Derives the keys once the key log has delivered the secrets. */
    private void requireKeys() {
        if (opener == null) {
            opener = new RecordOpener(key());
            sealer = new RecordSealer(key());
        }
    }

    private TrafficKey key() {
        if (setting.is13()) {
            String who = setting.server() ? "CLIENT" : "SERVER";
            return new TrafficSecret(
                            setting.suite13(),
                            AeadAlgorithm.of(setting.suite13()).ciphers(),
                            secret(who + "_HANDSHAKE_TRAFFIC_SECRET").clone())
                    .key();
        }
        byte[] block = prf(
                secret("CLIENT_RANDOM"),
                join("key expansion".getBytes(StandardCharsets.US_ASCII), randoms[1], randoms[0]),
                2 * 16 + 2 * 4);
        int who = setting.server() ? 0 : 1;
        return new TrafficKey(
                AeadAlgorithm.of(SUITE_12).ciphers(),
                TlsVersion.TLS_1_2,
                Arrays.copyOfRange(block, 16 * who, 16 * who + 16),
                Arrays.copyOfRange(block, 32 + 4 * who, 36 + 4 * who));
    }

    /** RFC 5246 5: P_SHA256. */
    private static byte[] prf(byte[] secret, byte[] seed, int length) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            byte[] a = seed;
            byte[] result = {};
            while (result.length < length) {
                a = mac.doFinal(a);
                result = join(result, mac.doFinal(join(a, seed)));
            }
            return Arrays.copyOf(result, length);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
