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

/** Tests Angus Mail with STARTTLS in SMTP (RFC 3207). GreenMail has no STARTTLS, so a proxy speaks it. */
@WithParkTls
final class SmtpStartTlsTest extends SoftwareContract {
    private @Nullable GreenMailServer server;
    private @Nullable TlsFront front;

    @Override
    protected int start(ServerIdentity identity, Path directory) throws Exception {
        server = new GreenMailServer("smtp", identity);
        front = new TlsFront(identity.jdkContext(), SmtpStartTlsTest::offerStartTls, true, server.address());
        return front.port();
    }

    private static void offerStartTls(TlsFront.Lines in, OutputStream out) throws IOException {
        out.write("220 example.test ESMTP\r\n".getBytes(US_ASCII));
        while (!in.next().equals("STARTTLS")) {
            out.write("250-example.test\r\n250 STARTTLS\r\n".getBytes(US_ASCII));
        }
        out.write("220 begin TLS\r\n".getBytes(US_ASCII));
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
        MailClient.send(target, "smtp", true, meanwhile);
    }
}
