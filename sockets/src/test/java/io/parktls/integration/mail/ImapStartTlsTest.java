package io.parktls.integration.mail;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.parktls.integration.ServerIdentity;
import io.parktls.integration.SoftwareContract;
import io.parktls.integration.Target;
import io.parktls.integration.TlsFront;
import io.parktls.integration.WithParkTls;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Tests Angus Mail with STARTTLS in IMAP (RFC 9051 6.2.1). GreenMail has no STARTTLS, so a proxy speaks it. */
@WithParkTls
final class ImapStartTlsTest extends SoftwareContract {
    private @Nullable GreenMailServer server;
    private @Nullable TlsFront front;

    @Override
    protected int start(ServerIdentity identity, Path directory) throws Exception {
        server = new GreenMailServer("imap", identity);
        front = new TlsFront(identity.jdkContext(), ImapStartTlsTest::offerStartTls, true, server.address());
        return front.port();
    }

    private static void offerStartTls(TlsFront.Lines in, OutputStream out) throws IOException {
        out.write("* OK [CAPABILITY IMAP4rev1 STARTTLS] example.test\r\n".getBytes(US_ASCII));
        String line;
        do {
            line = in.next();
            if (line.endsWith(" CAPABILITY")) {
                out.write("* CAPABILITY IMAP4rev1 STARTTLS\r\n".getBytes(US_ASCII));
            }
            String tag = line.substring(0, line.indexOf(' '));
            out.write((tag + " OK\r\n").getBytes(US_ASCII));
        } while (!line.endsWith(" STARTTLS"));
    }

    @Override
    protected void stop() throws Exception {
        if (front != null) {
            front.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Override
    protected void roundTrip(Target target, Meanwhile meanwhile) throws Exception {
        MailClient.read(target, "imap", true, meanwhile);
    }
}
