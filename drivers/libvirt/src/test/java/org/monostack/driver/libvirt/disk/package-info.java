/** Tests of disk files. */
@NullMarked
package org.monostack.driver.libvirt.disk;

import org.jspecify.annotations.NullMarked;
