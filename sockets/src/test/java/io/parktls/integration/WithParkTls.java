package io.parktls.integration;

import io.parktls.sockets.jsse.ParkTlsProvider;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.security.NoSuchAlgorithmException;
import java.security.Security;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Registers the ParkTLS provider first for the tests of a class, and removes it afterwards. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(WithParkTls.Registration.class)
public @interface WithParkTls {
    /** Registers and removes the provider. */
    final class Registration implements BeforeAllCallback, AfterAllCallback {
        private @Nullable SSLContext before;

        @Override
        public void beforeAll(ExtensionContext context) throws NoSuchAlgorithmException {
            before = SSLContext.getDefault();
            Security.insertProviderAt(new ParkTlsProvider(), 1);
            // The JDK makes the default context once. In an application, that is after the provider has been
            // registered.
            SSLContext.setDefault(SSLContext.getInstance("Default"));
        }

        @Override
        public void afterAll(ExtensionContext context) {
            Security.removeProvider(ParkTlsProvider.NAME);
            if (before != null) {
                SSLContext.setDefault(before);
            }
        }
    }
}
