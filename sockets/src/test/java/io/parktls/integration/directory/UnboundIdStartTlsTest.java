package io.parktls.integration.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.unboundid.ldap.sdk.ExtendedResult;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.extensions.StartTLSExtendedRequest;
import com.unboundid.util.ssl.SSLUtil;
import io.parktls.integration.ServerIdentity;
import io.parktls.integration.SoftwareContract;
import io.parktls.integration.Target;
import io.parktls.integration.WithParkTls;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Tests the UnboundID LDAP SDK with StartTLS, as client and as server: both layer TLS over a connection in use. */
@WithParkTls
final class UnboundIdStartTlsTest extends SoftwareContract {
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

    /**
     * The client reads in the calling thread. With a thread of its own that reads, the SDK sometimes closes one of 200
     * connections before StartTLS, also with the JDK's TLS.
     */
    @Override
    protected void roundTrip(Target target, Meanwhile meanwhile) throws Exception {
        SSLUtil ssl = new SSLUtil(target.trust().managers());
        try (LDAPConnection connection =
                new LDAPConnection(UnboundIdClient.options(true), UnboundIdClient.host(target), target.port())) {
            ExtendedResult result =
                    connection.processExtendedOperation(new StartTLSExtendedRequest(ssl.createSSLSocketFactory()));
            assertEquals(ResultCode.SUCCESS, result.getResultCode());
            meanwhile.run();
            UnboundIdClient.search(connection);
        }
    }

    @Override
    protected void assertHostRefused(Throwable failure) {
        UnboundIdClient.assertHostRefused(failure);
    }
}
