package io.parktls.integration.directory;

import io.parktls.integration.ServerIdentity;
import io.parktls.integration.SoftwareContract;
import io.parktls.integration.Target;
import io.parktls.integration.WithParkTls;
import java.nio.file.Path;
import javax.naming.ldap.LdapContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tests the JDK's LDAP client with LDAP over TLS. */
@WithParkTls
final class JndiLdapsTest extends SoftwareContract {
    private @Nullable DirectoryServer server;

    @Override
    protected int start(ServerIdentity identity, Path directory) throws Exception {
        server = new DirectoryServer(false, identity);
        return server.port();
    }

    @Override
    protected void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    protected boolean serverUsesTheProvider() {
        return true;
    }

    /** With a timeout for connecting, the client begins the handshake itself. */
    @Override
    protected void roundTrip(Target target, Meanwhile meanwhile) throws Exception {
        LdapContext context = JndiClient.connect("ldaps", target, HANG_SECONDS * 1000);
        try {
            meanwhile.run();
            JndiClient.search(context);
        } finally {
            context.close();
        }
    }

    @Test
    @DisplayName("a reader and a writer begin the handshake at the same time")
    void handshakesWithTheFirstMessage() throws Exception {
        LdapContext context = JndiClient.connect("ldaps", right(), 0);
        try {
            JndiClient.search(context);
        } finally {
            context.close();
        }
    }
}
