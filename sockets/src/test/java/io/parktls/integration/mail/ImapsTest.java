package io.parktls.integration.mail;

import io.parktls.integration.ServerIdentity;
import io.parktls.integration.SoftwareContract;
import io.parktls.integration.Target;
import io.parktls.integration.WithParkTls;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Tests Angus Mail against GreenMail with IMAP over TLS. */
@WithParkTls
final class ImapsTest extends SoftwareContract {
    private @Nullable GreenMailServer server;

    @Override
    protected int start(ServerIdentity identity, Path directory) {
        server = new GreenMailServer("imaps", identity);
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
        MailClient.read(target, "imaps", false, meanwhile);
    }

    @Override
    protected boolean serverUsesTheProvider() {
        return true;
    }
}
