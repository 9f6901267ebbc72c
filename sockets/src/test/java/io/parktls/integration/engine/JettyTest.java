package io.parktls.integration.engine;

import io.parktls.integration.WithParkTls;
import org.junit.jupiter.api.DisplayName;

/** Tests Jetty's server. */
@WithParkTls
@DisplayName("Jetty")
class JettyTest extends ServerContract {
    @Override
    ServerUnderTest start(ServerSetup setup) throws Exception {
        return new JettyServer(setup);
    }
}
