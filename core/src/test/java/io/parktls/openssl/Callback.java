package io.parktls.openssl;

import static io.parktls.openssl.Native.INT;
import static io.parktls.openssl.Native.NULL;
import static io.parktls.openssl.Native.POINTER;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;

/** Callbacks of an {@code SSL_CTX} that always refuse or always accept. */
@SuppressWarnings("restricted") // This package binds foreign functions.
public enum Callback {
    /** The server refuses all protocols with a fatal no_application_protocol (SSL_CTX_set_alpn_select_cb(3)). */
    ALPN_REFUSES("SSL_CTX_set_alpn_select_cb", "alpn", INT, POINTER, POINTER, POINTER, POINTER, INT, POINTER),
    /** The server refuses the client's server name with a fatal unrecognized_name. */
    SERVER_NAME_FATAL("", "serverNameFatal", INT, POINTER, POINTER, POINTER),
    /** The server refuses the client's server name with a warning only. */
    SERVER_NAME_WARNING("", "serverNameWarning", INT, POINTER, POINTER, POINTER),
    /** The server fails to choose a certificate (SSL_CTX_set_cert_cb(3)). */
    CERTIFICATE_FAILS("SSL_CTX_set_cert_cb", "zero", INT, POINTER, POINTER),
    /** The server refuses the ClientHello with access_denied (SSL_CTX_set_client_hello_cb(3)). */
    CLIENT_HELLO_DENIED("SSL_CTX_set_client_hello_cb", "deny", INT, POINTER, POINTER, POINTER),
    /** The verifier accepts every chain (SSL_CTX_set_cert_verify_callback(3)). */
    VERIFY_ACCEPTS("SSL_CTX_set_cert_verify_callback", "one", INT, POINTER, POINTER),
    /** The verifier refuses every chain (SSL_CTX_set_cert_verify_callback(3)). */
    VERIFY_REFUSES("SSL_CTX_set_cert_verify_callback", "zero", INT, POINTER, POINTER);

    private static final int CTRL_SERVERNAME_CALLBACK = 53;
    private static final int TLSEXT_ERR_ALERT_WARNING = 1;
    private static final int TLSEXT_ERR_ALERT_FATAL = 2;
    private static final int ACCESS_DENIED = 49;

    private final String setter;
    private final String method;
    private final MemoryLayout result;
    private final MemoryLayout[] args;

    Callback(String setter, String method, MemoryLayout result, MemoryLayout... args) {
        this.setter = setter;
        this.method = method;
        this.result = result;
        this.args = args;
    }

    void install(SslContext context) {
        MemorySegment stub = LibSsl.callback(MethodHandles.lookup(), method, result, args);
        if (setter.isEmpty()) {
            NativeFunction.ofLong("SSL_CTX_callback_ctrl", POINTER, INT, POINTER)
                    .number(context.pointer(), CTRL_SERVERNAME_CALLBACK, stub);
        } else {
            NativeFunction.ofVoid(setter, POINTER, POINTER, POINTER).run(context.pointer(), stub, NULL);
        }
    }

    // ---- called by libssl

    private static int alpn(
            MemorySegment ssl,
            MemorySegment out,
            MemorySegment outLength,
            MemorySegment in,
            int inLength,
            MemorySegment argument) {
        return TLSEXT_ERR_ALERT_FATAL;
    }

    private static int serverNameFatal(MemorySegment ssl, MemorySegment alert, MemorySegment argument) {
        return TLSEXT_ERR_ALERT_FATAL;
    }

    private static int serverNameWarning(MemorySegment ssl, MemorySegment alert, MemorySegment argument) {
        return TLSEXT_ERR_ALERT_WARNING;
    }

    private static int deny(MemorySegment ssl, MemorySegment alert, MemorySegment argument) {
        alert.reinterpret(INT.byteSize()).set(INT, 0, ACCESS_DENIED);
        return 0;
    }

    private static int zero(MemorySegment first, MemorySegment second) {
        return 0;
    }

    private static int one(MemorySegment first, MemorySegment second) {
        return 1;
    }
}
