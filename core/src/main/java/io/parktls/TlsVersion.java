package io.parktls;

import java.util.Locale;

/** A protocol version. Versions before TLS 1.2 are neither offered nor accepted (RFC 8996). */
public enum TlsVersion {
    /** TLS 1.2, RFC 5246. */
    TLS_1_2("TLSv1.2", 0x0303),
    /** TLS 1.3, RFC 8446. */
    TLS_1_3("TLSv1.3", 0x0304);

    private final String standardName;
    private final int code;

    TlsVersion(String standardName, int code) {
        this.standardName = standardName;
        this.code = code;
    }

    /** {@return the name that the JDK and OpenSSL use, for instance {@code TLSv1.3}} */
    public String standardName() {
        return standardName;
    }

    /** {@return the {@code ProtocolVersion} on the wire} */
    public int code() {
        return code;
    }

    /**
     * {@return the version with that name, for instance {@code TLSv1.3}, {@code TLS1.3} or {@code 1.3}}
     *
     * @param name the name
     * @throws IllegalArgumentException if there is no such version
     */
    public static TlsVersion of(String name) {
        return switch (name.toLowerCase(Locale.ROOT).replace("tls", "").replace("v", "")) {
            case "1.2" -> TLS_1_2;
            case "1.3" -> TLS_1_3;
            default ->
                throw new IllegalArgumentException("no such TLS version: " + name + " (known: TLSv1.2, TLSv1.3)");
        };
    }

    @Override
    public String toString() {
        return standardName;
    }
}
