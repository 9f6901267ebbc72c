package io.parktls.integration.directory;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.util.ssl.SSLUtil;
import io.parktls.integration.ServerIdentity;
import java.net.InetAddress;
import javax.net.ssl.TrustManager;

/**
 * The in-memory directory server of the UnboundID LDAP SDK, with one entry. Its contexts come from the first provider: it
 * asks the default context which protocol versions there are, and then for the newest by name.
 */
final class DirectoryServer implements AutoCloseable {
    static final String BASE = "dc=example,dc=test";
    static final String DESCRIPTION = "text".repeat(1000);

    private final InMemoryDirectoryServer server;

    /** Starts a server whose connections begin with TLS, or ask for it with StartTLS (RFC 4511 4.14). */
    DirectoryServer(boolean startTls, ServerIdentity identity) throws Exception {
        SSLUtil ssl = new SSLUtil(identity.managers(), new TrustManager[0]);
        InetAddress everywhere = InetAddress.getByName("0.0.0.0");
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(BASE);
        config.setListenerConfigs(
                startTls
                        ? InMemoryListenerConfig.createLDAPConfig(
                                "StartTLS", everywhere, 0, ssl.createSSLSocketFactory())
                        : InMemoryListenerConfig.createLDAPSConfig(
                                "LDAPS", everywhere, 0, ssl.createSSLServerSocketFactory(), null));
        server = new InMemoryDirectoryServer(config);
        server.add(
                "dn: " + BASE, "objectClass: top", "objectClass: domain", "dc: example", "description: " + DESCRIPTION);
        server.startListening();
    }

    int port() {
        return server.getListenPort();
    }

    @Override
    public void close() {
        server.shutDown(true);
    }
}
