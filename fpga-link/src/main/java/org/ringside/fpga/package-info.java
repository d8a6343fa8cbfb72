/** The trusted FPGA: its protocol, challenges, pattern processor, and boards one can buy. */
package org.ringside.fpga;
