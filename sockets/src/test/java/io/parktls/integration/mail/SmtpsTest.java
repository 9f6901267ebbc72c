package io.parktls.integration.mail;

import io.parktls.integration.ServerIdentity;
import io.parktls.integration.SoftwareContract;
import io.parktls.integration.Target;
import io.parktls.integration.WithParkTls;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Tests Angus Mail against GreenMail with SMTP over TLS. */
@WithParkTls
final class SmtpsTest extends SoftwareContract {
    private @Nullable GreenMailServer server;

    @Override
    protected int start(ServerIdentity identity, Path directory) {
        server = new GreenMailServer("smtps", identity);
        return server.port();
    }

    @Override
    protected void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    protected void roundTrip(Target target, Meanwhile meanwhile) throws Exception {
        MailClient.send(target, "smtps", false, meanwhile);
    }

    @Override
    protected boolean serverUsesTheProvider() {
        return true;
    }
}
