package io.parktls.integration.directory;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.integration.ServerIdentity;
import io.parktls.integration.SoftwareContract;
import io.parktls.integration.Target;
import io.parktls.integration.WithParkTls;
import java.nio.file.Path;
import javax.naming.ldap.LdapContext;
import javax.naming.ldap.StartTlsRequest;
import javax.naming.ldap.StartTlsResponse;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Tests the JDK's LDAP client with StartTLS, which compares the host itself. */
@WithParkTls
final class JndiStartTlsTest extends SoftwareContract {
    private @Nullable DirectoryServer server;

    @Override
    protected int start(ServerIdentity identity, Path directory) throws Exception {
        server = new DirectoryServer(true, identity);
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

    @Override
    protected void roundTrip(Target target, Meanwhile meanwhile) throws Exception {
        LdapContext context = JndiClient.connect("ldap", target, HANG_SECONDS * 1000);
        try {
            StartTlsResponse tls = (StartTlsResponse) context.extendedOperation(new StartTlsRequest());
            SSLSession session = tls.negotiate();
            assertTrue(session.isValid());
            meanwhile.run();
            JndiClient.search(context);
            tls.close();
        } finally {
            context.close();
        }
    }

    @Override
    protected void assertHostRefused(Throwable failure) {
        SSLPeerUnverifiedException refusal = assertCause(SSLPeerUnverifiedException.class, failure);
        assertTrue(String.valueOf(refusal.getMessage()).contains("127.0.0.2"), refusal.getMessage());
    }
}
