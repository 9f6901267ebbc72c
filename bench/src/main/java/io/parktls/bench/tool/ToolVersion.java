package io.parktls.bench.tool;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The output of {@code --version}: the versions of this build and of the platform. */
public final class ToolVersion implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
        Properties versions = new Properties();
        try (InputStream in = ToolVersion.class.getResourceAsStream("version.properties")) {
            versions.load(in);
        }
        return new String[] {
            "parktls " + versions.getProperty("parktls"),
            "Bouncy Castle " + versions.getProperty("bouncycastle"),
            "Java " + Runtime.version() + ", " + System.getProperty("java.vm.name"),
            System.getProperty("os.name") + " " + System.getProperty("os.version") + " " + System.getProperty("os.arch")
        };
    }
}
