package io.parktls.integration;

import io.parktls.sockets.jsse.ParkTlsProvider;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.security.Security;
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
        @Override
        public void beforeAll(ExtensionContext context) {
            Security.insertProviderAt(new ParkTlsProvider(), 1);
        }

        @Override
        public void afterAll(ExtensionContext context) {
            Security.removeProvider(ParkTlsProvider.NAME);
        }
    }
}
