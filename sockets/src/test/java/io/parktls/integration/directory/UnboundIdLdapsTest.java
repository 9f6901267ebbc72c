package io.parktls.integration.directory;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.util.ssl.SSLUtil;
import io.parktls.integration.ServerIdentity;
import io.parktls.integration.SoftwareContract;
import io.parktls.integration.Target;
import io.parktls.integration.WithParkTls;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Tests the UnboundID LDAP SDK with LDAP over TLS, as client and as server. */
@WithParkTls
final class UnboundIdLdapsTest extends SoftwareContract {
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

    /** The client reads in a thread of its own. */
    @Override
    protected void roundTrip(Target target, Meanwhile meanwhile) throws Exception {
        SSLUtil ssl = new SSLUtil(target.trust().managers());
        try (LDAPConnection connection = new LDAPConnection(
                ssl.createSSLSocketFactory(),
                UnboundIdClient.options(false),
                UnboundIdClient.host(target),
                target.port())) {
            meanwhile.run();
            UnboundIdClient.search(connection);
        }
    }

    @Override
    protected void assertHostRefused(Throwable failure) {
        UnboundIdClient.assertHostRefused(failure);
    }
}
