package org.monostack.platform.database;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.CRC32;

/**
 * Tells by Flyway's own record whether it would have anything to do. Most starts find that it has
 * not, and Flyway takes a fifth of a start to find the same out. Whatever looks otherwise than
 * expected is left to Flyway.
 */
final class SchemaHistory {
    static final String TABLE = "schema_history";

    /** No such database, no such table. */
    private static final Set<Integer> ABSENT = Set.of(1049, 1146);

    private SchemaHistory() {}

    /** Whether exactly the class path's migrations were applied, each with the text it has now. */
    static boolean isCurrent(Connection connection, String schema) throws SQLException {
        Map<String, Integer> applied = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "select script, checksum, success from "
                                        + schema
                                        + "."
                                        + TABLE
                                        + " where type = 'SQL'")) {
            while (rows.next()) {
                if (!rows.getBoolean(3)) {
                    return false;
                }
                applied.put(rows.getString(1), rows.getInt(2));
            }
        } catch (SQLException e) {
            if (ABSENT.contains(e.getErrorCode())) {
                return false;
            }
            throw e;
        }
        try {
            return !applied.isEmpty() && applied.equals(shipped("migration/" + schema));
        } catch (IOException e) {
            return false;
        }
    }

    /** The checksums of a folder's files by their names. */
    private static Map<String, Integer> shipped(String folder) throws IOException {
        Map<String, Integer> checksums = new HashMap<>();
        ClassLoader loader = SchemaHistory.class.getClassLoader();
        for (URL url : Collections.list(loader.getResources(folder))) {
            URLConnection connection = url.openConnection();
            if (connection instanceof JarURLConnection jar) {
                jar.setUseCaches(false);
                try (JarFile file = jar.getJarFile()) {
                    for (JarEntry entry : Collections.list(file.entries())) {
                        if (entry.getName().startsWith(folder + "/") && !entry.isDirectory()) {
                            String name = entry.getName().substring(folder.length() + 1);
                            checksums.put(name, checksum(file.getInputStream(entry)));
                        }
                    }
                }
            } else {
                Path directory = Path.of(URI.create(url.toString()));
                try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
                    for (Path each : files) {
                        checksums.put(
                                each.getFileName().toString(),
                                checksum(Files.newInputStream(each)));
                    }
                }
            }
        }
        return checksums;
    }

    /** As Flyway counts it: over the lines, whatever ends them. */
    private static int checksum(InputStream text) throws IOException {
        CRC32 checksum = new CRC32();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                checksum.update(line.getBytes(StandardCharsets.UTF_8));
            }
        }
        return (int) checksum.getValue();
    }
}
