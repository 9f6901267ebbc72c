package io.parktls.integration.resumption;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.parktls.ClientAuth;
import io.parktls.NamedGroup;
import io.parktls.TestPki;
import io.parktls.TlsIdentity;
import io.parktls.sockets.interop.Scenario;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLEngine;

/** Contexts and engines of BoringSSL, from Netty's netty-tcnative. Their memory is freed by the garbage collector. */
final class BoringSsl {
    private BoringSsl() {}

    static SslContext client(Scenario scenario) throws IOException {
        SslContextBuilder builder =
                SslContextBuilder.forClient().trustManager(authorities()).endpointIdentificationAlgorithm("HTTPS");
        scenario.client().ifPresent(identity -> builder.keyManager(identity.privateKey(), chain(identity)));
        return build(builder, scenario, scenario.clientGroups());
    }

    static SslContext server(Scenario scenario) throws IOException {
        TlsIdentity identity = scenario.server();
        SslContextBuilder builder = SslContextBuilder.forServer(identity.privateKey(), chain(identity))
                .trustManager(authorities())
                .clientAuth(auth(scenario.clients()));
        return build(builder, scenario, List.of(scenario.group()));
    }

    private static SslContext build(SslContextBuilder builder, Scenario scenario, List<NamedGroup> groups)
            throws IOException {
        assumeTrue(OpenSsl.isAvailable(), "the library of netty-tcnative is not for this system");
        if (scenario.applicationProtocol() != null) {
            builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                    Protocol.ALPN,
                    SelectorFailureBehavior.NO_ADVERTISE,
                    SelectedListenerFailureBehavior.ACCEPT,
                    scenario.applicationProtocol()));
        }
        String[] names = groups.stream().map(NamedGroup::standardName).toArray(String[]::new);
        SslContext context = builder.sslProvider(SslProvider.OPENSSL)
                .protocols(scenario.version().standardName())
                .ciphers(List.of(scenario.suite().name()))
                .option(OpenSslContextOption.GROUPS, names)
                .build();
        sessions(context).setSessionCacheEnabled(true);
        return context;
    }

    /** Gives a context ticket keys. Netty switches the tickets of TLS 1.2 off without them, even those of clients. */
    static void enableTickets(SslContext context) {
        byte[] key = new byte[OpenSslSessionTicketKey.TICKET_KEY_SIZE];
        ThreadLocalRandom.current().nextBytes(key);
        sessions(context)
                .setTicketKeys(new OpenSslSessionTicketKey(
                        Arrays.copyOfRange(key, 0, 16),
                        Arrays.copyOfRange(key, 16, 32),
                        Arrays.copyOfRange(key, 32, 48)));
    }

    private static OpenSslSessionContext sessions(SslContext context) {
        assertTrue(context.sessionContext() instanceof OpenSslSessionContext, context::toString);
        return (OpenSslSessionContext) context.sessionContext();
    }

    static SSLEngine engine(SslContext context) {
        return context.newEngine(ByteBufAllocator.DEFAULT);
    }

    static SSLEngine engine(SslContext context, String host, int port) {
        return context.newEngine(ByteBufAllocator.DEFAULT, host, port);
    }

    private static X509Certificate[] authorities() {
        return TestPki.authorities().toArray(X509Certificate[]::new);
    }

    private static X509Certificate[] chain(TlsIdentity identity) {
        return identity.chain().toArray(X509Certificate[]::new);
    }

    private static io.netty.handler.ssl.ClientAuth auth(ClientAuth mode) {
        return switch (mode) {
            case NONE -> io.netty.handler.ssl.ClientAuth.NONE;
            case WANTED -> io.netty.handler.ssl.ClientAuth.OPTIONAL;
            case REQUIRED -> io.netty.handler.ssl.ClientAuth.REQUIRE;
        };
    }
}
