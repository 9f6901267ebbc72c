package io.parktls;

/**
 * Chooses, for each ClientHello, the settings with which a server continues: by host name, application protocol or
 * anything else that {@link ClientHelloInfo} holds. The counterpart of OpenSSL's {@code SSL_CTX_set_client_hello_cb(3)}
 * and of {@code GetConfigForClient} and {@code GetCertificate} in Go. Set it with {@link TlsContext.Builder#choose}.
 *
 * {@snippet :
 * TlsContext server = TlsContext.builder()
 *         .choose(hello -> vault.identity(hello.serverName())
 *                 .map(TlsChoice::identity)
 *                 .orElse(TlsChoice.refuse(TlsAlert.UNRECOGNIZED_NAME, "no certificate for this host")))
 *         .build();
 * }
 *
 * <p>An implementation must be thread-safe. {@link TlsIdentityCache} is one for identities that are loaded on demand.
 */
@FunctionalInterface
public interface TlsChooser {
    /**
     * Chooses the settings of a connection. Called once for each connection, when the first ClientHello is complete and
     * well-formed, and before the handshake considers it. After a HelloRetryRequest the choice stands.
     *
     * <p>The call may wait, for instance for a database or for the issuance of a certificate. It then delays only its
     * own handshake, counts towards that handshake's deadline, and is interrupted when the deadline passes or the
     * connection is closed. In a non-blocking connection it runs in the thread that drives the connection, unless
     * {@link TlsContext.Builder#callbackExecutor} provides another one.
     *
     * @param hello the client's offers, none of which is authenticated
     * @return the choice
     * @throws Exception if it fails for any reason; the handshake then ends with internal_error, and its exception has
     *     this one as its cause
     */
    TlsChoice choose(ClientHelloInfo hello) throws Exception;
}
