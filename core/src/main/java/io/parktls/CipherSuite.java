package io.parktls;

import java.util.List;

/**
 * The cipher suites that ParkTLS supports: only AEAD suites with forward secrecy.
 *
 * <p>The constants are in order of preference. Their names are those of the IANA TLS Cipher Suites registry.
 */
public enum CipherSuite {
    /** RFC 8446 B.4. */
    TLS_AES_128_GCM_SHA256(0x1301, "TLS_AES_128_GCM_SHA256"),
    /** RFC 8446 B.4. */
    TLS_AES_256_GCM_SHA384(0x1302, "TLS_AES_256_GCM_SHA384"),
    /** RFC 8446 B.4. */
    TLS_CHACHA20_POLY1305_SHA256(0x1303, "TLS_CHACHA20_POLY1305_SHA256"),
    /** RFC 5289. */
    TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256(0xC02B, "ECDHE-ECDSA-AES128-GCM-SHA256"),
    /** RFC 5289. */
    TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256(0xC02F, "ECDHE-RSA-AES128-GCM-SHA256"),
    /** RFC 5289. */
    TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384(0xC02C, "ECDHE-ECDSA-AES256-GCM-SHA384"),
    /** RFC 5289. */
    TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384(0xC030, "ECDHE-RSA-AES256-GCM-SHA384"),
    /** RFC 7905. */
    TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256(0xCCA9, "ECDHE-ECDSA-CHACHA20-POLY1305"),
    /** RFC 7905. */
    TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256(0xCCA8, "ECDHE-RSA-CHACHA20-POLY1305");

    private static final List<CipherSuite> ALL = List.of(values());

    private final int code;
    private final String openSslName;

    CipherSuite(int code, String openSslName) {
        this.code = code;
        this.openSslName = openSslName;
    }

    /** {@return the {@code CipherSuite} on the wire, two bytes} */
    public int code() {
        return code;
    }

    /** {@return the name that {@code openssl ciphers} prints} */
    public String openSslName() {
        return openSslName;
    }

    /** {@return the protocol version that this suite belongs to} */
    public TlsVersion version() {
        return code >>> 8 == 0x13 ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2;
    }

    /** {@return all suites, in order of preference} */
    public static List<CipherSuite> all() {
        return ALL;
    }

    /**
     * {@return the suite with that IANA or OpenSSL name}
     *
     * @param name the IANA or OpenSSL name
     * @throws IllegalArgumentException if ParkTLS does not support it
     */
    public static CipherSuite of(String name) {
        return ALL.stream()
                .filter(suite -> suite.name().equalsIgnoreCase(name) || suite.openSslName.equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("cipher suite not supported: " + name));
    }

    /**
     * {@return the suite with that {@link #code()}}
     *
     * @param code the {@code CipherSuite} on the wire
     * @throws IllegalArgumentException if ParkTLS does not support it
     */
    public static CipherSuite of(int code) {
        for (CipherSuite suite : ALL) {
            if (suite.code == code) {
                return suite;
            }
        }
        throw new IllegalArgumentException("cipher suite not supported: 0x" + Integer.toHexString(code));
    }
}
