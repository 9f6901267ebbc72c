package io.parktls.openssl;

import static io.parktls.openssl.Native.INT;
import static io.parktls.openssl.Native.LONG;
import static io.parktls.openssl.Native.NULL;
import static io.parktls.openssl.Native.POINTER;

import io.parktls.bio.Bio;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * An {@code SSL} of libssl. Its methods are libssl's functions: they return what those return, and {@link #error} says what
 * SSL_get_error would. For one thread.
 */
@SuppressWarnings("restricted") // Foreign functions: that is what this package is for.
public final class SslConnection implements AutoCloseable {
    /** The most bytes of one read or write. */
    public static final int MOST = 1 << 18;

    private static final NativeFunction NEW = NativeFunction.ofPointer("SSL_new", POINTER);
    private static final NativeFunction FREE = NativeFunction.ofVoid("SSL_free", POINTER);
    private static final NativeFunction SET_BIO = NativeFunction.ofVoid("SSL_set_bio", POINTER, POINTER, POINTER);
    private static final NativeFunction CTRL = NativeFunction.ofLong("SSL_ctrl", POINTER, INT, LONG, POINTER);
    private static final NativeFunction SET1_HOST = NativeFunction.ofInt("SSL_set1_host", POINTER, POINTER);
    private static final NativeFunction CONNECT_STATE = NativeFunction.ofVoid("SSL_set_connect_state", POINTER);
    private static final NativeFunction ACCEPT_STATE = NativeFunction.ofVoid("SSL_set_accept_state", POINTER);
    private static final NativeFunction HANDSHAKE = NativeFunction.ofInt("SSL_do_handshake", POINTER);
    private static final NativeFunction GET_ERROR = NativeFunction.ofInt("SSL_get_error", POINTER, INT);
    private static final NativeFunction READ = NativeFunction.ofInt("SSL_read", POINTER, POINTER, INT);
    private static final NativeFunction PEEK = NativeFunction.ofInt("SSL_peek", POINTER, POINTER, INT);
    private static final NativeFunction WRITE = NativeFunction.ofInt("SSL_write", POINTER, POINTER, INT);
    private static final NativeFunction SHUTDOWN = NativeFunction.ofInt("SSL_shutdown", POINTER);
    private static final NativeFunction KEY_UPDATE = NativeFunction.ofInt("SSL_key_update", POINTER, INT);
    private static final NativeFunction STATE_LONG = NativeFunction.ofPointer("SSL_state_string_long", POINTER);
    private static final NativeFunction STATE_SHORT = NativeFunction.ofPointer("SSL_state_string", POINTER);

    private static final int CTRL_TLSEXT_HOSTNAME = 55;

    private static final int CB_LOOP = 0x01;
    private static final int CB_WRITE = 0x08;
    private static final int CB_ALERT = 0x4000;

    static final MemorySegment INFO_CALLBACK = LibSsl.voidCallback(MethodHandles.lookup(), "info", POINTER, INT, INT);

    private static final Map<Long, SslConnection> BY_ADDRESS = new ConcurrentHashMap<>();

    /** The functions of an SSL alone, by name: to look one up costs more than to call it. */
    private static final Map<String, NativeFunction> FUNCTIONS = new ConcurrentHashMap<>();

    /** Memory for what is read and written; connections come by the ten thousand. */
    private static final ConcurrentLinkedQueue<MemorySegment> SPARE = new ConcurrentLinkedQueue<>();

    /** An alert that passed. */
    public record Alert(boolean sent, int level, int code) {}

    private final MemorySegment ssl;
    private final JavaBio bio;
    private final MemorySegment incoming = memory();
    private final MemorySegment outgoing = memory();
    private final List<Alert> alerts = new ArrayList<>();
    private final List<String> states = new ArrayList<>();
    private final List<Integer> events = new ArrayList<>();

    /** Over a pipe of ours, without a role. */
    public SslConnection(SslContext context, Bio pipe) {
        ssl = NEW.pointer(context.pointer());
        BY_ADDRESS.put(ssl.address(), this);
        bio = new JavaBio(pipe);
        SET_BIO.run(ssl, bio.pointer(), bio.pointer());
    }

    private static MemorySegment memory() {
        MemorySegment spare = SPARE.poll();
        return spare == null ? Arena.global().allocate(MOST) : spare;
    }

    /** The BIOs instead of the pipe; the connection owns them then. */
    public void setBio(NativeBio read, NativeBio write) {
        SET_BIO.run(ssl, read.pointer(), write.pointer());
    }

    /** No BIO at all. */
    public void setNoBio() {
        SET_BIO.run(ssl, NULL, NULL);
    }

    /** Whom a client means: SNI, and whose certificate it must be if names are verified. */
    public void setPeer(String host, boolean verify) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(host);
            CTRL.number(ssl, CTRL_TLSEXT_HOSTNAME, 0L, name);
            if (verify) {
                SET1_HOST.mustSucceed(ssl, name);
            }
        }
    }

    public void setConnectState() {
        CONNECT_STATE.run(ssl);
    }

    public void setAcceptState() {
        ACCEPT_STATE.run(ssl);
    }

    // ---- operations

    public int doHandshake() {
        ErrorQueue.clear();
        return HANDSHAKE.integer(ssl);
    }

    /** Afterwards {@link #data} has the bytes. */
    public int read(int length) {
        ErrorQueue.clear();
        return READ.integer(ssl, incoming, length);
    }

    /** Afterwards {@link #data} has the bytes. */
    public int peek(int length) {
        ErrorQueue.clear();
        return PEEK.integer(ssl, incoming, length);
    }

    /** What the last read or peek delivered. */
    public byte[] data(int length) {
        return Native.copy(incoming, length);
    }

    /** Begins a write; one that wants to be repeated is repeated with {@link #writeAgain}. */
    public int write(byte[] bytes) {
        MemorySegment.copy(bytes, 0, outgoing, java.lang.foreign.ValueLayout.JAVA_BYTE, 0, bytes.length);
        return writeAgain(0, bytes.length);
    }

    /** SSL_write with what {@link #write} was given, from that offset on: libssl takes offset 0 for the same buffer. */
    public int writeAgain(int offset, int length) {
        ErrorQueue.clear();
        return WRITE.integer(ssl, outgoing.asSlice(offset), length);
    }

    public int shutdown() {
        ErrorQueue.clear();
        return SHUTDOWN.integer(ssl);
    }

    public int keyUpdate(boolean requestPeer) {
        ErrorQueue.clear();
        return KEY_UPDATE.integer(ssl, requestPeer ? 1 : 0);
    }

    /** SSL_get_error(3). */
    public SslError error(int returned) {
        return SslError.of(GET_ERROR.integer(ssl, returned));
    }

    // ---- other functions of one SSL

    /** For instance SSL_pending(3): an int function of an SSL alone. */
    public int integer(String function) {
        ErrorQueue.clear();
        return FUNCTIONS
                .computeIfAbsent(function, name -> NativeFunction.ofInt(name, POINTER))
                .integer(ssl);
    }

    /** For instance SSL_set_shutdown(3): a void function of an SSL and an int. */
    public void set(String function, int value) {
        NativeFunction.ofVoid(function, POINTER, INT).run(ssl, value);
    }

    /** For instance SSL_get_version(3): a string of an SSL. */
    public String text(String function) {
        return string(NativeFunction.ofPointer(function, POINTER).pointer(ssl));
    }

    /** SSL_get_verify_result(3). */
    public long verifyResult() {
        return NativeFunction.ofLong("SSL_get_verify_result", POINTER).number(ssl);
    }

    /** SSL_get_mode(3). */
    public long mode() {
        return CTRL.number(ssl, 33, 0L, NULL);
    }

    /** Goes on with the session of another connection, which has ended. */
    public void resume(SslConnection other) {
        MemorySegment session =
                NativeFunction.ofPointer("SSL_get1_session", POINTER).pointer(other.ssl);
        NativeFunction.ofInt("SSL_set_session", POINTER, POINTER).mustSucceed(ssl, session);
        NativeFunction.ofVoid("SSL_SESSION_free", POINTER).run(session);
    }

    /** SSL_verify_client_post_handshake(3), after SSL_set_verify: whether the request is queued. */
    public boolean requestClientCertificate() {
        ErrorQueue.clear();
        NativeFunction.ofVoid("SSL_set_verify", POINTER, INT, POINTER).run(ssl, 1, NULL);
        return integer("SSL_verify_client_post_handshake") == 1;
    }

    // ---- what passed

    /** SSL_state_string(3), for instance {@code TWCH}. */
    public String stateShort() {
        return string(STATE_SHORT.pointer(ssl)).strip();
    }

    /** SSL_state_string_long(3). */
    public String state() {
        return string(STATE_LONG.pointer(ssl));
    }

    /** The alerts that passed since this was last asked. */
    public List<Alert> takeAlerts() {
        List<Alert> passed = List.copyOf(alerts);
        alerts.clear();
        return passed;
    }

    /** The states that the handshake went through, as SSL_state_string(3) calls them. */
    public List<String> states() {
        return List.copyOf(states);
    }

    /** All calls of the info callback: SSL_CB_ bits, see SSL_CTX_set_info_callback(3). */
    public List<Integer> events() {
        return List.copyOf(events);
    }

    private static String string(MemorySegment text) {
        return Native.isNull(text) ? "" : text.reinterpret(Long.MAX_VALUE).getString(0);
    }

    /** Called by libssl. */
    private static void info(MemorySegment ssl, int where, int value) {
        SslConnection self = BY_ADDRESS.get(ssl.address());
        if (self == null) {
            return;
        }
        self.events.add(where);
        if ((where & CB_ALERT) != 0) {
            self.alerts.add(new Alert((where & CB_WRITE) != 0, value >> 8, value & 0xFF));
        } else if ((where & CB_LOOP) != 0) {
            self.states.add(string(STATE_SHORT.pointer(ssl)).strip());
        }
    }

    @Override
    public void close() {
        BY_ADDRESS.remove(ssl.address());
        FREE.run(ssl);
        bio.forget();
        SPARE.add(incoming);
        SPARE.add(outgoing);
        ErrorQueue.clear();
    }
}
