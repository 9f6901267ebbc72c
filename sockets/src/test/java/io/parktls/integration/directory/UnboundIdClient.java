package io.parktls.integration.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.NameResolver;
import com.unboundid.util.ssl.HostNameSSLSocketVerifier;
import io.parktls.integration.SoftwareContract;
import io.parktls.integration.Target;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** The UnboundID LDAP SDK as the client. */
final class UnboundIdClient {
    private static final String ANOTHER_NAME = "elsewhere.test";

    /** Resolves every name to the loopback address. */
    private static final class EveryNameIsHere extends NameResolver {
        @Override
        public InetAddress getByName(@Nullable String host) throws UnknownHostException {
            return InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1});
        }

        @Override
        public void toString(StringBuilder buffer) {
            buffer.append("EveryNameIsHere");
        }
    }

    private UnboundIdClient() {}

    /**
     * Returns options by which the SDK compares the host itself.
     *
     * @param synchronous whether the calling thread reads, instead of a thread of the SDK
     */
    static LDAPConnectionOptions options(boolean synchronous) {
        LDAPConnectionOptions options = new LDAPConnectionOptions();
        options.setUseSynchronousMode(synchronous);
        options.setSSLSocketVerifier(new HostNameSSLSocketVerifier(false));
        options.setNameResolver(new EveryNameIsHere());
        options.setConnectTimeoutMillis((int) SoftwareContract.HANG_SECONDS * 1000);
        options.setResponseTimeoutMillis(SoftwareContract.HANG_SECONDS * 1000);
        return options;
    }

    /** Returns the name to connect to. The SDK accepts every certificate for a loopback address, but not for a name. */
    static String host(Target target) {
        return target.host().equals(SoftwareContract.ANOTHER_HOST) ? ANOTHER_NAME : target.host();
    }

    static void search(LDAPConnection connection) throws LDAPException {
        assertEquals(
                DirectoryServer.DESCRIPTION,
                connection.getEntry(DirectoryServer.BASE).getAttributeValue("description"));
    }

    static void assertHostRefused(Throwable failure) {
        assertTrue(failure instanceof LDAPException, failure.toString());
        assertTrue(failure.getMessage().contains("'" + ANOTHER_NAME + "'"), failure.getMessage());
    }
}
