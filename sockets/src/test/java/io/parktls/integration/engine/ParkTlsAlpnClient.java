package io.parktls.integration.engine;

import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.alpn.java.client.JDK9ClientALPNProcessor;

/** Tells Jetty's client what {@link ParkTlsAlpnServer} tells its server. */
public final class ParkTlsAlpnClient extends JDK9ClientALPNProcessor {
    @Override
    public boolean appliesTo(SSLEngine engine) {
        return engine.getClass().getName().startsWith("io.parktls.");
    }
}
