package io.parktls.integration.engine;

import io.parktls.integration.WithParkTls;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;

/** Tests Tomcat's NIO connector, with its own choice by SNI from a host configuration for each certificate. */
@WithParkTls
@DisplayName("Tomcat")
class TomcatTest extends ServerContract {
    @TempDir
    private static Path directory = Path.of(".");

    @Override
    List<String> loggers() {
        return List.of("org.apache");
    }

    @Override
    ServerUnderTest start(ServerSetup setup) throws Exception {
        return new Server(setup);
    }

    private static final class Server implements ServerUnderTest {
        private final Tomcat tomcat = new Tomcat();
        private final Http11NioProtocol protocol = new Http11NioProtocol();

        Server(ServerSetup setup) throws LifecycleException, IOException {
            protocol.setSSLEnabled(true);
            protocol.setMaxKeepAliveRequests(-1);
            protocol.addUpgradeProtocol(new Http2Protocol());
            protocol.addSslHostConfig(host(setup, protocol.getDefaultSSLHostConfigName(), Keys.MAIN));
            protocol.addSslHostConfig(host(setup, Keys.OTHER_HOST, Keys.OTHER));
            Connector connector = new Connector(protocol);
            connector.setPort(0);
            connector.setScheme("https");
            connector.setSecure(true);
            connector.setMaxPostSize(-1);
            // Tomcat's default is a backlog of 100.
            connector.setProperty("acceptCount", "1000");
            connector.setProperty("address", "127.0.0.1");
            tomcat.setBaseDir(Files.createTempDirectory(directory, "tomcat").toString());
            tomcat.setConnector(connector);
            Context context = tomcat.addContext("", null);
            Tomcat.addServlet(context, "application", new Servlet(setup.application()));
            context.addServletMapping("/*", "application");
            tomcat.start();
        }

        private static SSLHostConfig host(ServerSetup setup, String name, String alias) {
            SSLHostConfig host = new SSLHostConfig();
            host.setHostName(name);
            host.setTrustStore(Keys.authority());
            host.setCertificateVerification(setup.clientCertificate() ? "required" : "none");
            SSLHostConfigCertificate certificate =
                    new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.UNDEFINED);
            certificate.setCertificateKeystore(Keys.only(alias, setup.keys()));
            certificate.setCertificateKeystorePassword(Keys.PASSWORD);
            host.addCertificate(certificate);
            return host;
        }

        @Override
        public int port() {
            return tomcat.getConnector().getLocalPort();
        }

        @Override
        public void renew(KeyStore keys) {
            for (SSLHostConfig host : protocol.findSslHostConfigs()) {
                String alias = host.getHostName().equals(Keys.OTHER_HOST) ? Keys.OTHER : Keys.MAIN;
                host.getCertificates().iterator().next().setCertificateKeystore(Keys.only(alias, keys));
            }
            protocol.reloadSslHostConfigs();
        }

        @Override
        public void close() throws IOException {
            try {
                tomcat.stop();
                tomcat.destroy();
            } catch (LifecycleException e) {
                throw new IOException("Tomcat does not stop", e);
            }
        }
    }

    private static final class Servlet extends HttpServlet {
        private final transient Application application;

        Servlet(Application application) {
            this.application = application;
        }

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            X509Certificate[] chain =
                    (X509Certificate[]) request.getAttribute("jakarta.servlet.request.X509Certificate");
            byte[] answer = application.answer(
                    request.getRequestURI(),
                    request.getInputStream().readAllBytes(),
                    chain == null ? null : chain[0].getSubjectX500Principal());
            response.setContentLength(answer.length);
            response.getOutputStream().write(answer);
        }
    }
}
