package io.parktls.integration.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsIdentity;
import io.parktls.integration.WithParkTls;
import io.parktls.platform.ForkedJvm;
import io.parktls.sockets.jsse.ParkTlsProvider;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Security;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kotlin.Unit;
import okhttp3.OkHttpClient;
import okio.Buffer;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Tests applications without a line about TLS, in a JVM of their own: the default context, the trust store and the key
 * store are those of the system properties, and the provider comes from the application's first line or from the
 * security properties.
 */
@WithParkTls
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DefaultContextTest {
    private static final KeyKind KIND = KeyKind.ECDSA_P256;
    private static final String SERVICES = "META-INF/services/java.security.Provider";

    @TempDir
    private static Path directory;

    private static final Requests REQUESTS = new Requests();
    private static final List<RunningServer> SERVERS = new ArrayList<>();
    private static final List<String> URIS = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        store("trust.p12", TestPki.keyStore(List.of(TestPki.ca(KIND))));
        store("key.p12", TestTls.keyStore(TestPki.server(KIND)));
        start("good", TestPki.server(KIND));
        start("wrongHost", TestPki.wrongHost(KIND));
        start("unknownAuthority", TestPki.unknownCa(KIND));
    }

    private static void store(String file, KeyStore store) throws Exception {
        try (OutputStream out = Files.newOutputStream(directory.resolve(file))) {
            store.store(out, TestTls.PASSWORD.toCharArray());
        }
    }

    private static void start(String name, TlsIdentity identity) throws IOException {
        RunningServer server =
                ServerKind.MOCK_WEB_SERVER.start(TestTls.server(identity).context(), REQUESTS, false);
        SERVERS.add(server);
        URIS.add("https://localhost:" + server.port() + "/" + name);
    }

    @AfterAll
    static void stop() {
        SERVERS.forEach(RunningServer::close);
        SERVERS.clear();
        URIS.clear();
    }

    @Test
    void inserted() throws Exception {
        assertOutput(List.of(), DefaultContextChild.INSERT);
    }

    /** By the name of its class, with all other providers after it. */
    @Test
    void firstInTheSecurityProperties() throws Exception {
        List<String> providers = new ArrayList<>(jdkProviders());
        providers.addFirst(ParkTlsProvider.class.getName());
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < providers.size(); i++) {
            lines.add("security.provider." + (i + 1) + "=" + providers.get(i));
        }
        assertOutput(List.of("-Djava.security.properties=" + file(lines)), "options");
    }

    /** By its own name, with which ServiceLoader finds it. A file that only sets the first provider removes SUN. */
    @Test
    void insteadOfSunJsse() throws Exception {
        List<String> providers = jdkProviders();
        List<String> lines = List.of(
                "security.provider." + (providers.indexOf("SunJSSE") + 1) + "=" + ParkTlsProvider.NAME,
                "security.provider." + (providers.size() + 1) + "=SunJSSE");
        assertOutput(List.of("-Djava.security.properties=" + file(lines)), "options");
    }

    private static List<String> jdkProviders() {
        return IntStream.iterate(1, i -> i + 1)
                .mapToObj(i -> Security.getProperty("security.provider." + i))
                .takeWhile(Objects::nonNull)
                .toList();
    }

    private static Path file(List<String> lines) throws IOException {
        return Files.write(directory.resolve("parktls.security"), lines);
    }

    private static void assertOutput(List<String> options, String mode) throws Exception {
        List<String> arguments = Stream.concat(Stream.of(mode), URIS.stream()).toList();
        List<String> all = Stream.concat(
                        options.stream(),
                        Stream.of(
                                "-Djavax.net.ssl.trustStore=" + directory.resolve("trust.p12"),
                                "-Djavax.net.ssl.trustStorePassword=" + TestTls.PASSWORD,
                                "-Djavax.net.ssl.trustStoreType=PKCS12",
                                "-Djavax.net.ssl.keyStore=" + directory.resolve("key.p12"),
                                "-Djavax.net.ssl.keyStorePassword=" + TestTls.PASSWORD,
                                "-Djavax.net.ssl.keyStoreType=PKCS12"))
                .toList();
        List<String> output =
                ForkedJvm.run(all, classPath(), DefaultContextChild.class, arguments.toArray(String[]::new));
        String ours = ParkTlsProvider.class.getPackageName();
        assertEquals(
                String.join(
                        "\n",
                        "HttpsURLConnection /good: /good " + ours,
                        "OkHttp /good: /good " + ours,
                        "HttpClient 5 /good: /good " + ours,
                        "HttpsURLConnection /wrongHost: SSLHandshakeException",
                        "OkHttp /wrongHost: SSLPeerUnverifiedException",
                        "HttpClient 5 /wrongHost: SSLHandshakeException",
                        "HttpsURLConnection /unknownAuthority: SSLHandshakeException",
                        "OkHttp /unknownAuthority: SSLHandshakeException",
                        "HttpClient 5 /unknownAuthority: SSLHandshakeException",
                        "default factories: ok " + ours),
                String.join(
                        "\n",
                        output.stream()
                                .filter(line -> line.contains(": ") && !line.startsWith("SLF4J"))
                                .toList()));
    }

    private static List<String> classPath() throws IOException, URISyntaxException {
        List<String> classPath = new ArrayList<>(ForkedJvm.classPath());
        for (Class<?> type : List.of(
                DefaultContextChild.class,
                ParkTlsProvider.class,
                OkHttpClient.class,
                Buffer.class,
                Unit.class,
                HttpClients.class,
                HttpRequest.class,
                HttpVersionPolicy.class,
                LoggerFactory.class)) {
            classPath.add(ForkedJvm.location(type));
        }
        // Where the build keeps resources apart from classes.
        for (URL file : Collections.list(ParkTlsProvider.class.getClassLoader().getResources(SERVICES))) {
            if (file.getProtocol().equals("file")) {
                classPath.add(
                        Path.of(file.toURI()).resolve("../../..").normalize().toString());
            }
        }
        return classPath;
    }
}
