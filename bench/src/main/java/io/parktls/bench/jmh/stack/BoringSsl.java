package io.parktls.bench.jmh.stack;

import io.parktls.CipherSuite;

/** What the two stacks over BoringSSL have in common. */
final class BoringSsl {
    private BoringSsl() {}

    /**
     * The suite to measure for these terms. BoringSSL does not let its users choose among the suites of TLS 1.3 and takes
     * AES-128-GCM where the processor knows AES; the others are measured with TLS 1.2, whose records cost the same.
     */
    static CipherSuite suite(Terms terms) {
        boolean ecdsa = terms.key() == KeyKind.ECDSA_P256;
        return switch (terms.suite()) {
            case TLS_AES_256_GCM_SHA384 ->
                ecdsa
                        ? CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
                        : CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384;
            case TLS_CHACHA20_POLY1305_SHA256 ->
                ecdsa
                        ? CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
                        : CipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256;
            default -> terms.suite();
        };
    }
}
