package io.parktls.integration.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.integration.ServerIdentity;
import io.parktls.integration.SoftwareContract;
import io.parktls.integration.Target;
import io.parktls.integration.WithParkTls;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Random;
import org.apache.commons.net.ftp.FTPSClient;
import org.jspecify.annotations.Nullable;

/**
 * Tests Commons Net with FTP over TLS: one connection for commands, one for data, and then CCC, after which the client
 * closes TLS, which must not close the socket underneath, and goes on in plain text.
 */
@WithParkTls
final class FtpsTest extends SoftwareContract {
    private static final byte[] FILE = new byte[100_000];

    static {
        new Random(1).nextBytes(FILE);
    }

    private @Nullable FtpServer server;

    @Override
    protected int start(ServerIdentity identity, Path directory) throws Exception {
        server = new FtpServer(identity.jdkContext(), FILE);
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
        FTPSClient client = new FTPSClient();
        client.setTrustManager(target.trust().managers()[0]);
        client.setEndpointCheckingEnabled(true);
        client.setUseEPSVwithIPv4(true);
        client.connect(target.host(), target.port());
        try {
            assertTrue(client.login("someone", "changeit"));
            client.execPBSZ(0);
            client.execPROT("P");
            client.enterLocalPassiveMode();
            meanwhile.run();
            assertEquals(200, client.noop());
            assertEquals("200 SSLSocketImpl", client.getReplyString().strip());
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            client.setFileType(FTPSClient.BINARY_FILE_TYPE);
            assertTrue(client.retrieveFile("file", received), client.getReplyString());
            assertArrayEquals(FILE, received.toByteArray());
            assertEquals(200, client.execCCC());
            assertEquals(200, client.noop());
            assertEquals("200 Socket", client.getReplyString().strip());
            client.logout();
        } finally {
            client.disconnect();
        }
    }
}
