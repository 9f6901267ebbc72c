package io.parktls.integration.engine;

import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.alpn.java.server.JDK9ServerALPNProcessor;

/**
 * Tells Jetty's server that ALPN works with engines of ParkTLS as with the JDK's. Jetty's own service, which this class
 * extends, applies to classes of the module java.base only.
 */
public final class ParkTlsAlpnServer extends JDK9ServerALPNProcessor {
    @Override
    public boolean appliesTo(SSLEngine engine) {
        return engine.getClass().getName().startsWith("io.parktls.");
    }
}
