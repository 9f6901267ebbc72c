package io.parktls.integration.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.integration.ForeignServer;
import io.parktls.integration.ServerIdentity;
import io.parktls.integration.SoftwareContract;
import io.parktls.integration.Target;
import io.parktls.integration.WithParkTls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Tests MariaDB Connector/J with {@code sslMode=verify-full} against MariaDB. */
@WithParkTls
final class MariaDbTest extends SoftwareContract {
    private @Nullable ForeignServer server;

    /** The server has no tables of users, so it needs no installation and accepts every user. */
    @Override
    protected int start(ServerIdentity identity, Path directory) throws Exception {
        Path mariadbd = ForeignServer.program("mariadbd", "mariadb-server-core");
        Path data = Files.createDirectory(directory.resolve("data"));
        server = ForeignServer.start(
                port -> {
                    List<String> command = new ArrayList<>(List.of(
                            mariadbd.toString(),
                            "--no-defaults",
                            "--datadir=" + data,
                            "--port=" + port,
                            "--bind-address=0.0.0.0",
                            "--socket=" + directory.resolve("socket"),
                            "--pid-file=" + directory.resolve("pid"),
                            "--skip-grant-tables",
                            "--skip-name-resolve",
                            "--skip-innodb",
                            "--default-storage-engine=Aria",
                            "--back-log=" + MANY,
                            "--max-connections=" + (MANY + 20),
                            "--ssl-cert=" + identity.chain(),
                            "--ssl-key=" + identity.key()));
                    if (ForeignServer.isRoot()) {
                        command.add("--user=root");
                    }
                    return command;
                },
                "ready for connections");
        return server.port();
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
        properties.setProperty("user", "root");
        properties.setProperty("sslMode", "verify-full");
        properties.setProperty("serverSslCert", target.trust().pem().toString());
        String url = "jdbc:mariadb://" + target.host() + ":" + target.port() + "/";
        try (Connection connection = DriverManager.getConnection(url, properties)) {
            meanwhile.run();
            try (PreparedStatement statement = connection.prepareStatement("SELECT repeat(?, 1000)")) {
                statement.setString(1, "text");
                try (ResultSet rows = statement.executeQuery()) {
                    assertTrue(rows.next());
                    assertEquals("text".repeat(1000), rows.getString(1));
                }
            }
            try (ResultSet rows = connection.createStatement().executeQuery("SHOW STATUS LIKE 'Ssl_cipher'")) {
                assertTrue(rows.next());
                assertNotEquals("", rows.getString(2), "the server has no TLS on this connection");
            }
        }
    }
}
