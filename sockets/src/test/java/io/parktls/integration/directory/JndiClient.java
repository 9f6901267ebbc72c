package io.parktls.integration.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.integration.Target;
import java.util.Hashtable;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.ldap.InitialLdapContext;
import javax.naming.ldap.LdapContext;
import javax.net.ssl.SSLContext;

/** The JDK's LDAP client. Its TLS comes from the default context. */
final class JndiClient {
    private JndiClient() {}

    /** Connects, and sets the default context to one with the target's trust. */
    static LdapContext connect(String scheme, Target target, long connectTimeoutMillis) throws NamingException {
        SSLContext.setDefault(target.trust().context());
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.ldap.LdapCtxFactory");
        environment.put(Context.PROVIDER_URL, scheme + "://" + target.host() + ":" + target.port());
        environment.put("com.sun.jndi.ldap.connect.timeout", Long.toString(connectTimeoutMillis));
        return new InitialLdapContext(environment, null);
    }

    static void search(LdapContext context) throws NamingException {
        assertEquals(
                DirectoryServer.DESCRIPTION,
                context.getAttributes(DirectoryServer.BASE).get("description").get());
    }
}
