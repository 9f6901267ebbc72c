package io.parktls.bench.jmh.stack;

import io.parktls.CipherSuite;

/** The cipher suites of the two stacks on BoringSSL. */
final class BoringSsl {
    private BoringSsl() {}

    /**
     * The suite to measure for these parameters. The suites of TLS 1.3 cannot be selected in BoringSSL, which uses
     * AES-128-GCM if the processor supports AES. The others are measured with TLS 1.2, whose records cost the same.
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
