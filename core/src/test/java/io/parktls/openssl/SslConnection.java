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
 * An {@code SSL} of libssl. Each method calls a function of libssl and returns its result; {@link #error} calls
 * SSL_get_error. Not thread-safe.
 */
@SuppressWarnings("restricted") // This package binds foreign functions.
public final class SslConnection implements AutoCloseable {
    /** The maximum number of bytes of one read or write. */
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

    /** The functions whose only parameter is an SSL, by name. A lookup costs more than a call. */
    private static final Map<String, NativeFunction> FUNCTIONS = new ConcurrentHashMap<>();

    /** A pool of buffers for reads and writes, because the tests open tens of thousands of connections. */
    private static final ConcurrentLinkedQueue<MemorySegment> BUFFERS = new ConcurrentLinkedQueue<>();

    /** An alert that was sent or received. */
    public record Alert(boolean sent, int level, int code) {}

    private final MemorySegment ssl;
    private final JavaBio bio;
    private final MemorySegment incoming = memory();
    private final MemorySegment outgoing = memory();
    private final List<Alert> alerts = new ArrayList<>();
    private final List<String> states = new ArrayList<>();
    private final List<Integer> events = new ArrayList<>();

    /** Creates a connection over a pipe of ParkTLS, without a role. */
    public SslConnection(SslContext context, Bio pipe) {
        ssl = NEW.pointer(context.pointer());
        BY_ADDRESS.put(ssl.address(), this);
        bio = new JavaBio(pipe);
        SET_BIO.run(ssl, bio.pointer(), bio.pointer());
    }

    private static MemorySegment memory() {
        MemorySegment pooled = BUFFERS.poll();
        return pooled == null ? Arena.global().allocate(MOST) : pooled;
    }

    /** Replaces the pipe by BIOs, which the connection then owns. */
    public void setBio(NativeBio read, NativeBio write) {
        SET_BIO.run(ssl, read.pointer(), write.pointer());
    }

    /** Removes the pipe. */
    public void setNoBio() {
        SET_BIO.run(ssl, NULL, NULL);
    }

    /** Sets the server's host for SNI, and for the verification of its certificate if {@code verify} is true. */
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

    /** Calls SSL_read. {@link #data} then returns the bytes. */
    public int read(int length) {
        ErrorQueue.clear();
        return READ.integer(ssl, incoming, length);
    }

    /** Calls SSL_peek. {@link #data} then returns the bytes. */
    public int peek(int length) {
        ErrorQueue.clear();
        return PEEK.integer(ssl, incoming, length);
    }

    /** Returns the bytes of the last read or peek. */
    public byte[] data(int length) {
        return Native.copy(incoming, length);
    }

    /** Begins a write. After a retry, repeat it with {@link #writeAgain}. */
    public int write(byte[] bytes) {
        MemorySegment.copy(bytes, 0, outgoing, java.lang.foreign.ValueLayout.JAVA_BYTE, 0, bytes.length);
        return writeAgain(0, bytes.length);
    }

    /** Calls SSL_write with the bytes of {@link #write} from an offset. To libssl, offset 0 is the same buffer. */
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

    /** Returns SSL_get_error(3). */
    public SslError error(int returned) {
        return SslError.of(GET_ERROR.integer(ssl, returned));
    }

    // ---- other functions of one SSL

    /** Calls a function with an int result whose only parameter is an SSL, for example SSL_pending(3). */
    public int integer(String function) {
        ErrorQueue.clear();
        return FUNCTIONS
                .computeIfAbsent(function, name -> NativeFunction.ofInt(name, POINTER))
                .integer(ssl);
    }

    /** Calls a void function with the parameters SSL and int, for example SSL_set_shutdown(3). */
    public void set(String function, int value) {
        NativeFunction.ofVoid(function, POINTER, INT).run(ssl, value);
    }

    /** Calls a function that returns a string of an SSL, for example SSL_get_version(3). */
    public String text(String function) {
        return string(NativeFunction.ofPointer(function, POINTER).pointer(ssl));
    }

    /** Returns SSL_get_verify_result(3). */
    public long verifyResult() {
        return NativeFunction.ofLong("SSL_get_verify_result", POINTER).number(ssl);
    }

    /** Returns SSL_get_mode(3). */
    public long mode() {
        return CTRL.number(ssl, 33, 0L, NULL);
    }

    /** Resumes the session of another connection, which has ended. */
    public void resume(SslConnection other) {
        MemorySegment session =
                NativeFunction.ofPointer("SSL_get1_session", POINTER).pointer(other.ssl);
        NativeFunction.ofInt("SSL_set_session", POINTER, POINTER).mustSucceed(ssl, session);
        NativeFunction.ofVoid("SSL_SESSION_free", POINTER).run(session);
    }

    /** Calls SSL_set_verify and SSL_verify_client_post_handshake(3). Returns whether the request is queued. */
    public boolean requestClientCertificate() {
        ErrorQueue.clear();
        NativeFunction.ofVoid("SSL_set_verify", POINTER, INT, POINTER).run(ssl, 1, NULL);
        return integer("SSL_verify_client_post_handshake") == 1;
    }

    // ---- recorded events

    /** Returns SSL_state_string(3), for example {@code TWCH}. */
    public String stateShort() {
        return string(STATE_SHORT.pointer(ssl)).strip();
    }

    /** Returns SSL_state_string_long(3). */
    public String state() {
        return string(STATE_LONG.pointer(ssl));
    }

    /** Removes and returns the alerts since the last call. */
    public List<Alert> takeAlerts() {
        List<Alert> passed = List.copyOf(alerts);
        alerts.clear();
        return passed;
    }

    /** Returns the states of the handshake in order, as in SSL_state_string(3). */
    public List<String> states() {
        return List.copyOf(states);
    }

    /** Returns the SSL_CB_ bits of all calls of the info callback, see SSL_CTX_set_info_callback(3). */
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
        BUFFERS.add(incoming);
        BUFFERS.add(outgoing);
        ErrorQueue.clear();
    }
}
