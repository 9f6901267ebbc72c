package io.parktls.sockets.jsse;

import java.security.Provider;

/** The security provider {@code ParkTLS}. */
public final class ParkTlsProvider extends Provider {
    private static final long serialVersionUID = 1L;

    /** The name of the provider. */
    public static final String NAME = "ParkTLS";

    /** Creates the provider. Register it with {@link java.security.Security#insertProviderAt}. */
    public ParkTlsProvider() {
        super(NAME, "0.2", "TLS sockets that block only the virtual thread that uses them");
    }
}
