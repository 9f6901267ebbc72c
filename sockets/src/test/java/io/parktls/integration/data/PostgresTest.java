package io.parktls.integration.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.integration.ForeignServer;
import io.parktls.integration.ServerIdentity;
import io.parktls.integration.SoftwareContract;
import io.parktls.integration.Target;
import io.parktls.integration.WithParkTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/**
 * Tests pgjdbc with {@code sslmode=verify-full} against PostgreSQL. The driver layers TLS over its own socket. The login
 * is bound to the channel: it contains a hash of the certificate, which the driver takes from the session (RFC 5929 4).
 */
@WithParkTls
final class PostgresTest extends SoftwareContract {
    private static final String PASSWORD = "changeit";

    private @Nullable ForeignServer server;

    @Override
    protected int start(ServerIdentity identity, Path directory) throws Exception {
        Path initdb = ForeignServer.program("initdb", "postgresql");
        Path postgres = ForeignServer.program("postgres", "postgresql");
        Path chain = Files.copy(identity.chain(), directory.resolve("chain.pem"));
        Path key = Files.copy(identity.key(), directory.resolve("key.pem"));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Path password = Files.writeString(directory.resolve("password"), PASSWORD);
        for (Path path : List.of(directory, chain, key, password)) {
            giveToServer(path);
        }
        Path data = directory.resolve("data");
        ForeignServer.run(asServer(
                        initdb.toString(),
                        "--pgdata=" + data,
                        "--username=postgres",
                        "--pwfile=" + password,
                        "--auth=scram-sha-256",
                        "--no-locale",
                        "--no-sync")
                .toArray(String[]::new));
        server = ForeignServer.start(
                port -> asServer(
                        postgres.toString(),
                        "-D" + data,
                        "-p" + port,
                        "-clisten_addresses=0.0.0.0",
                        "-cunix_socket_directories=",
                        "-cssl=on",
                        "-cssl_cert_file=" + chain,
                        "-cssl_key_file=" + key,
                        "-cmax_connections=" + (MANY + 20),
                        "-cshared_buffers=16MB",
                        "-cautovacuum=off",
                        "-cfsync=off"),
                "ready to accept connections");
        return server.port();
    }

    /** PostgreSQL refuses to run as root. Its package comes with a user. */
    private static List<String> asServer(String... command) {
        List<String> line = new ArrayList<>();
        if (ForeignServer.isRoot()) {
            line.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        }
        line.addAll(List.of(command));
        return line;
    }

    private static void giveToServer(Path path) throws IOException {
        if (ForeignServer.isRoot()) {
            UserPrincipal user =
                    path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres");
            Files.setOwner(path, user);
        }
    }

    @Override
    protected void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @Override
    protected void roundTrip(Target target, Meanwhile meanwhile) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("user", "postgres");
        properties.setProperty("password", PASSWORD);
        properties.setProperty("sslmode", "verify-full");
        properties.setProperty("sslrootcert", target.trust().pem().toString());
        properties.setProperty("channelBinding", "require");
        String url = "jdbc:postgresql://" + target.host() + ":" + target.port() + "/postgres";
        try (Connection connection = DriverManager.getConnection(url, properties)) {
            meanwhile.run();
            try (PreparedStatement statement = connection.prepareStatement(
                    "SELECT ssl, repeat(?, 1000) FROM pg_stat_ssl WHERE pid = pg_backend_pid()")) {
                statement.setString(1, "text");
                try (ResultSet rows = statement.executeQuery()) {
                    assertTrue(rows.next());
                    assertTrue(rows.getBoolean(1), "the server has no TLS on this connection");
                    assertEquals("text".repeat(1000), rows.getString(2));
                }
            }
        }
    }

    /** The driver compares the host itself. */
    @Override
    protected void assertHostRefused(Throwable failure) {
        SQLException refusal = assertCause(PSQLException.class, failure);
        assertTrue(refusal.getMessage().contains("hostname 127.0.0.2 could not be verified"), refusal.getMessage());
    }
}
