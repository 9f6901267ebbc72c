package io.parktls.openssl;

import static io.parktls.openssl.Native.INT;
import static io.parktls.openssl.Native.LONG;
import static io.parktls.openssl.Native.NULL;
import static io.parktls.openssl.Native.POINTER;

import io.parktls.CipherSuite;
import io.parktls.ClientAuth;
import io.parktls.NamedGroup;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsVersion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An {@code SSL_CTX} with the settings of a {@link TlsContext}. It is never freed, because tests create few and share
 * them.
 */
public final class SslContext {
    /** SSL_OP_IGNORE_UNEXPECTED_EOF. */
    public static final long IGNORE_UNEXPECTED_EOF = 1L << 7;

    /** SSL_OP_ALLOW_CLIENT_RENEGOTIATION. */
    public static final long ALLOW_CLIENT_RENEGOTIATION = 1L << 8;

    /** SSL_OP_NO_RENEGOTIATION. */
    public static final long NO_RENEGOTIATION = 1L << 30;

    /** SSL_MODE_ENABLE_PARTIAL_WRITE. */
    public static final long ENABLE_PARTIAL_WRITE = 1;

    /** SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER. */
    public static final long ACCEPT_MOVING_WRITE_BUFFER = 2;

    /** SSL_MODE_AUTO_RETRY. */
    public static final long AUTO_RETRY = 4;

    private static final NativeFunction NEW = NativeFunction.ofPointer("SSL_CTX_new", POINTER);
    private static final NativeFunction CTRL = NativeFunction.ofLong("SSL_CTX_ctrl", POINTER, INT, LONG, POINTER);
    private static final NativeFunction SET_OPTIONS = NativeFunction.ofLong("SSL_CTX_set_options", POINTER, LONG);
    private static final NativeFunction SET_TICKETS = NativeFunction.ofInt("SSL_CTX_set_num_tickets", POINTER, LONG);
    private static final NativeFunction SET_VERIFY = NativeFunction.ofVoid("SSL_CTX_set_verify", POINTER, INT, POINTER);
    private static final NativeFunction SET_INFO_CALLBACK =
            NativeFunction.ofVoid("SSL_CTX_set_info_callback", POINTER, POINTER);

    private static final int CTRL_MODE = 33;
    private static final int CTRL_READ_AHEAD = 41;
    private static final int CTRL_CLEAR_MODE = 78;
    private static final int CTRL_CHAIN_CERT = 89;
    private static final int CTRL_GROUPS_LIST = 92;
    private static final int CTRL_MIN_PROTO_VERSION = 123;
    private static final int CTRL_MAX_PROTO_VERSION = 124;

    private static final int VERIFY_PEER = 1;
    private static final int VERIFY_FAIL_IF_NO_PEER_CERT = 2;

    private final MemorySegment pointer;
    private final TlsContext like;
    private final boolean server;

    private SslContext(MemorySegment pointer, TlsContext like, boolean server) {
        this.pointer = pointer;
        this.like = like;
        this.server = server;
    }

    /** Returns a context for clients that trust these authorities. With an empty list it verifies nothing. */
    public static SslContext client(TlsContext like, List<X509Certificate> trusted) {
        return create("TLS_method", like, trusted, false);
    }

    /** Returns a context for servers that trust these authorities. */
    public static SslContext server(TlsContext like, List<X509Certificate> trusted) {
        return create("TLS_method", like, trusted, true);
    }

    /** @param method the function that returns the method, for example {@code TLS_client_method} */
    public static SslContext create(String method, TlsContext like, List<X509Certificate> trusted, boolean server) {
        MemorySegment pointer = NEW.pointer(NativeFunction.ofPointer(method).pointer());
        SslContext context = new SslContext(pointer, like, server);
        try (Arena arena = Arena.ofConfined()) {
            context.configure(arena, trusted);
        }
        return context;
    }

    MemorySegment pointer() {
        return pointer;
    }

    /** Returns the ParkTLS context whose settings this context has. */
    public TlsContext like() {
        return like;
    }

    /** Returns whether this context was created for servers. */
    public boolean isServer() {
        return server;
    }

    private void configure(Arena arena, List<X509Certificate> trusted) {
        protocols(
                like.protocols().stream().min(TlsVersion::compareTo).orElseThrow(),
                like.protocols().stream().max(TlsVersion::compareTo).orElseThrow());
        cipherSuites(arena);
        String groups = like.groups().stream()
                .filter(group -> !group.isHybrid())
                .map(SslContext::name)
                .collect(Collectors.joining(":"));
        ctrl(CTRL_GROUPS_LIST, 0, arena.allocateFrom(groups));
        if (!like.identities().isEmpty()) {
            identity(arena, like.identities().getFirst());
        }
        trust(arena, trusted);
        SET_VERIFY.run(pointer, verifyMode(trusted), NULL);
        if (!like.applicationProtocols().isEmpty()) {
            Alpn.set(this, arena, like.applicationProtocols());
        }
        if (like.truncationIgnored()) {
            options(IGNORE_UNEXPECTED_EOF);
        }
        SET_INFO_CALLBACK.run(pointer, SslConnection.INFO_CALLBACK);
    }

    private int verifyMode(List<X509Certificate> trusted) {
        if (!server) {
            return trusted.isEmpty() ? 0 : VERIFY_PEER;
        }
        return like.clientAuth() == ClientAuth.NONE
                ? 0
                : VERIFY_PEER | (like.clientAuth() == ClientAuth.REQUIRED ? VERIFY_FAIL_IF_NO_PEER_CERT : 0);
    }

    private void cipherSuites(Arena arena) {
        String tls12 = names(TlsVersion.TLS_1_2);
        if (!tls12.isEmpty()) {
            NativeFunction.ofInt("SSL_CTX_set_cipher_list", POINTER, POINTER)
                    .mustSucceed(pointer, arena.allocateFrom(tls12));
        }
        NativeFunction.ofInt("SSL_CTX_set_ciphersuites", POINTER, POINTER)
                .mustSucceed(pointer, arena.allocateFrom(names(TlsVersion.TLS_1_3)));
    }

    private String names(TlsVersion version) {
        return like.cipherSuites().stream()
                .filter(suite -> suite.version() == version)
                .map(CipherSuite::openSslName)
                .collect(Collectors.joining(":"));
    }

    private static String name(NamedGroup group) {
        String name = group.standardName();
        return name.startsWith("secp") ? "P-" + name.substring(4, 7) : name.toUpperCase(java.util.Locale.ROOT);
    }

    private void identity(Arena arena, TlsIdentity identity) {
        List<MemorySegment> chain = new ArrayList<>();
        for (X509Certificate certificate : identity.chain()) {
            chain.add(x509(arena, certificate));
        }
        NativeFunction.ofInt("SSL_CTX_use_certificate", POINTER, POINTER).mustSucceed(pointer, chain.getFirst());
        for (MemorySegment issuer : chain.subList(1, chain.size())) {
            ctrl(CTRL_CHAIN_CERT, 1, issuer);
        }
        byte[] key = identity.privateKey().getEncoded();
        MemorySegment at = arena.allocateFrom(POINTER, Native.bytes(arena, key));
        MemorySegment privateKey = NativeFunction.ofPointer("d2i_AutoPrivateKey", POINTER, POINTER, LONG)
                .pointer(NULL, at, (long) key.length);
        NativeFunction.ofInt("SSL_CTX_use_PrivateKey", POINTER, POINTER).mustSucceed(pointer, privateKey);
    }

    private void trust(Arena arena, List<X509Certificate> trusted) {
        MemorySegment store =
                NativeFunction.ofPointer("SSL_CTX_get_cert_store", POINTER).pointer(pointer);
        for (X509Certificate authority : trusted) {
            NativeFunction.ofInt("X509_STORE_add_cert", POINTER, POINTER).mustSucceed(store, x509(arena, authority));
        }
    }

    private static MemorySegment x509(Arena arena, X509Certificate certificate) {
        try {
            byte[] der = certificate.getEncoded();
            MemorySegment at = arena.allocateFrom(POINTER, Native.bytes(arena, der));
            return NativeFunction.ofPointer("d2i_X509", POINTER, POINTER, LONG).pointer(NULL, at, (long) der.length);
        } catch (CertificateEncodingException e) {
            throw new AssertionError(e);
        }
    }

    // ---- settings that a TlsContext does not have

    /** Sets the lowest and the highest version, which are not checked. */
    public SslContext protocols(TlsVersion lowest, TlsVersion highest) {
        ctrl(CTRL_MIN_PROTO_VERSION, lowest.code(), NULL);
        ctrl(CTRL_MAX_PROTO_VERSION, highest.code(), NULL);
        return this;
    }

    /** Calls SSL_CTX_set_mode(3). */
    public SslContext mode(long bits) {
        ctrl(CTRL_MODE, bits, NULL);
        return this;
    }

    /** Calls SSL_CTX_clear_mode(3). */
    public SslContext clearMode(long bits) {
        ctrl(CTRL_CLEAR_MODE, bits, NULL);
        return this;
    }

    /** Calls SSL_CTX_set_options(3). */
    public SslContext options(long bits) {
        SET_OPTIONS.number(pointer, bits);
        return this;
    }

    /** Calls SSL_CTX_set_read_ahead(3). */
    public SslContext readAhead() {
        ctrl(CTRL_READ_AHEAD, 1, NULL);
        return this;
    }

    /** Calls SSL_CTX_set_num_tickets(3). */
    public SslContext tickets(int number) {
        SET_TICKETS.mustSucceed(pointer, (long) number);
        return this;
    }

    /** Calls SSL_CTX_set_post_handshake_auth(3). */
    public SslContext postHandshakeAuth() {
        NativeFunction.ofVoid("SSL_CTX_set_post_handshake_auth", POINTER, INT).run(pointer, 1);
        return this;
    }

    /** Installs a callback with a fixed result. */
    public SslContext callback(Callback callback) {
        callback.install(this);
        return this;
    }

    long ctrl(int command, long number, MemorySegment argument) {
        return CTRL.number(pointer, command, number, argument);
    }

    /** ALPN: the protocols that a client offers; a server refuses all of them. */
    private static final class Alpn {
        private Alpn() {}

        static void set(SslContext context, Arena arena, List<String> names) {
            byte[] wire = names.stream()
                    .map(name -> (char) name.length() + name)
                    .collect(Collectors.joining())
                    .getBytes(StandardCharsets.US_ASCII);
            NativeFunction.ofInt("SSL_CTX_set_alpn_protos", POINTER, POINTER, INT)
                    .integer(context.pointer, Native.bytes(arena, wire), wire.length);
            if (context.server) {
                Callback.ALPN_REFUSES.install(context);
            }
        }
    }
}
