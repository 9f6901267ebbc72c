package io.parktls.integration.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.integration.ClientTrust;
import io.parktls.integration.SoftwareContract.Meanwhile;
import io.parktls.integration.Target;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.Session;
import jakarta.mail.Store;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.angus.mail.util.MailSSLSocketFactory;

/** Angus Mail as the client. Its own factory, one for each trust, makes its context from trust managers. */
final class MailClient {
    private static final Map<ClientTrust, MailSSLSocketFactory> FACTORIES = new ConcurrentHashMap<>();

    private MailClient() {}

    /** Sends a mail. */
    static void send(Target target, String protocol, boolean startTls, Meanwhile meanwhile) throws Exception {
        Session session = session(target, protocol, startTls);
        try (Transport transport = session.getTransport(protocol)) {
            transport.connect(target.host(), target.port(), GreenMailServer.USER, GreenMailServer.PASSWORD);
            meanwhile.run();
            MimeMessage message = new MimeMessage(session);
            message.setFrom(new InternetAddress(GreenMailServer.USER));
            message.setRecipient(Message.RecipientType.TO, new InternetAddress(GreenMailServer.USER));
            message.setSubject("test");
            message.setText("text".repeat(1000));
            transport.sendMessage(message, message.getAllRecipients());
        }
    }

    /** Reads the number of mails in the inbox, which is empty. */
    static void read(Target target, String protocol, boolean startTls, Meanwhile meanwhile) throws Exception {
        try (Store store = session(target, protocol, startTls).getStore(protocol)) {
            store.connect(target.host(), target.port(), GreenMailServer.USER, GreenMailServer.PASSWORD);
            meanwhile.run();
            try (Folder inbox = store.getFolder("INBOX")) {
                inbox.open(Folder.READ_ONLY);
                assertEquals(0, inbox.getMessageCount());
            }
        }
    }

    private static Session session(Target target, String protocol, boolean startTls) {
        MailSSLSocketFactory factory = FACTORIES.computeIfAbsent(target.trust(), MailClient::factory);
        String prefix = "mail." + protocol;
        Properties properties = new Properties();
        properties.put(prefix + ".ssl.socketFactory", factory);
        properties.put(prefix + ".ssl.checkserveridentity", "true");
        // Otherwise each connection asks the system's resolver for this machine's name, which occupies a carrier
        // thread.
        properties.put(prefix + ".localhost", "client.test");
        properties.put(prefix + ".starttls.enable", Boolean.toString(startTls));
        properties.put(prefix + ".starttls.required", Boolean.toString(startTls));
        return Session.getInstance(properties);
    }

    private static MailSSLSocketFactory factory(ClientTrust trust) {
        try {
            MailSSLSocketFactory factory = new MailSSLSocketFactory();
            factory.setTrustManagers(trust.managers());
            return factory;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
